#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scanlogin {

// Bytes in lower-case hex digits, two each.
std::string hex(std::string_view bytes);

// HMAC-SHA-256 (RFC 2104): 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

// SHA-256: 32 raw bytes.
std::string sha256(std::string_view text);

// SHA-256 in 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);

// SHA-256 in base64 (RFC 4648 section 4, padded), as a CSP's hash source has it: 44 characters.
std::string sha256_base64(std::string_view text);

// SHA-1 in 40 lower-case hex digits: a name for a text, where a protocol asks for that one. Not
// for anything that has to resist forgery.
std::string sha1_hex(std::string_view text);

// Compares in a time that tells nothing about where two texts of one length differ.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

// `bytes` bytes of the system's cryptographic randomness, in lower-case hex: 2 × bytes digits.
std::string random_hex(std::size_t bytes);

// `length` random characters, each equally likely one of `alphabet` (at most 256 characters).
std::string random_text(std::size_t length, std::string_view alphabet);

// A random UUID (RFC 4122 version 4), as "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".
std::string random_uuid();

}  // namespace scanlogin
