#pragma once

#include <string>

namespace scanlogin {

// Whether a file can be read and holds certificates in PEM form (RFC 7468), at least one and none
// that is broken. Text around them is no fault.
bool holds_certificates(const std::string& path);

// Where the system has the certificates of the authorities that it trusts: a directory in which
// OpenSSL finds them by their names' hashes, so that few are read, or one file with all of them.
struct Authorities {
  std::string path;
  bool hashed = false;  // the directory
};
Authorities default_authorities();

}  // namespace scanlogin
