#include "base/certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/handle.h"

namespace scanlogin {
namespace {

std::string from_environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

// The names that openssl-rehash(1) gives end in a number.
bool is_hashed(const std::string& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".0") return true;
  }
  return false;
}

}  // namespace

bool holds_certificates(const std::string& path) {
  ERR_clear_error();
  const Handle<BIO, BIO_free_all> file(BIO_new_file(path.c_str(), "r"));
  bool some = false;
  while (file != nullptr) {
    const Handle<X509, X509_free> certificate(
        PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) break;
    some = true;
  }
  // Nothing more that begins a certificate is how a good file ends.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return some && at_end;
}

Authorities default_authorities() {
  const std::string directory =
      from_environment(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
  if (is_hashed(directory)) return {directory, true};
  return {from_environment(X509_get_default_cert_file_env(), X509_get_default_cert_file())};
}

}  // namespace scanlogin
