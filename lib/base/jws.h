#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/key_ring.h"

// Signed texts in the compact form, header.payload.signature (RFC 7515 section 7.1), as JWTs have
// it. Nothing here verifies a signature.
namespace scanlogin::jws {

struct Parts {
  std::string_view signed_text;  // header.payload as they were sent: what the signature is over
  Json header;                   // an object
  Json payload;                  // an object
  std::string signature;         // raw bytes
};

// Nothing for a text of more than `longest` bytes, or of other than three parts of canonical
// base64url, or whose header or payload is no JSON object, as Json::parse takes them.
std::optional<Parts> split(std::string_view text, std::size_t longest);

// One of the first two parts.
std::optional<Json> decode_object(std::string_view part);

// What the header says of the key. A member that is no text counts as absent.
KeyName key_named_in(const Json& header);

}  // namespace scanlogin::jws
