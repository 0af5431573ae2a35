#include "base/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <new>

#include "base/error.h"
#include "base/ip_address.h"

namespace scanlogin {
namespace {

using Context = std::shared_ptr<SSL_CTX>;

constexpr std::chrono::seconds kReadAnew{10};

[[noreturn]] void fail(const std::string& what) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  throw Error(ErrorKind::cache,
              "TLS: " + what + (reason == nullptr ? "" : ": " + std::string(reason)));
}

Context make_context(const TlsFiles& files) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int trusted = files.authorities.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get())
                          : SSL_CTX_load_verify_file(context.get(), files.authorities.c_str());
  if (trusted != 1) fail("the authorities' certificates cannot be read");
  if (files.certificate.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("the client's certificate and key cannot be used");
  }
  return context;
}

// Reading the system's authorities takes some 20 ms.
Context context_of(const TlsFiles& files) {
  static std::mutex mutex;
  static Context kept;
  static std::chrono::steady_clock::time_point made;
  const std::lock_guard lock(mutex);
  const auto now = std::chrono::steady_clock::now();
  if (!kept || now - made > kReadAnew) {
    kept = make_context(files);
    made = now;
  }
  return kept;
}

void expect(SSL* tls, const std::string& host) {
  const bool expected = parse_ip_address(host)
                            ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1
                            : SSL_set1_host(tls, host.c_str()) == 1 &&
                                  SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
  if (!expected) fail(host + " cannot be checked");  // without it any name would do
}

}  // namespace

void free_tls(ssl_st* tls) noexcept { SSL_free(tls); }

TlsClient make_tls_client(const TlsFiles& files, const std::string& host) {
  TlsClient tls(SSL_new(context_of(files).get()));
  if (!tls) throw std::bad_alloc();
  expect(tls.get(), host);
  return tls;
}

std::string certificate_fault(const ssl_st& tls) {
  const long verified = SSL_get_verify_result(&tls);
  return verified == X509_V_OK ? "" : X509_verify_cert_error_string(verified);
}

void forget_tls_failures() noexcept { ERR_clear_error(); }

}  // namespace scanlogin
