#pragma once

#include <string>

#include "base/handle.h"

struct ssl_st;

namespace scanlogin {

void free_tls(ssl_st* tls) noexcept;
// OpenSSL's SSL object, for a library that makes the connection.
using TlsClient = Handle<ssl_st, free_tls>;

struct TlsFiles {
  std::string authorities;  // PEM; empty: the system's
  std::string certificate;  // PEM, with its chain: the client's own; empty: none
  std::string key;          // PEM: of the certificate
};

// A client that talks TLS 1.2 or later to servers alone whose certificate the authorities vouch for
// and which is for the host: a name, or an IP address (RFC 9110 section 4.3.4). The files are read
// anew after 10 seconds; a process has one set of them. Throws Error(cache).
TlsClient make_tls_client(const TlsFiles& files, const std::string& host);

// What is wrong with the certificate that a server has shown; empty: nothing.
std::string certificate_fault(const ssl_st& tls);

// What went wrong on this thread before is nothing to the next call of OpenSSL's: SSL_get_error(3)
// takes it for that call's own.
void forget_tls_failures() noexcept;

}  // namespace scanlogin
