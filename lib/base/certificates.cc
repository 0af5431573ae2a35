#include "base/certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/handle.h"

namespace scanlogin {

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

std::string read_ca_file(SettingsReader& settings, const std::string& name) {
  std::string path = settings.text(name, "");
  if (!path.empty() && !holds_certificates(path)) {
    settings.fault(name, "names a file that cannot be read or holds no certificate: " + path);
  }
  return path;
}

}  // namespace scanlogin
