#pragma once

#include <string>
#include <string_view>

namespace scanlogin {

// Decodes one name or value of a query string as a form writes it
// (application/x-www-form-urlencoded): '+' is a space, %XX a byte; a '%' that two hex digits do
// not follow stands for itself. The result may hold any byte: whoever uses it checks it.
std::string form_decode(std::string_view text);

// The other way: everything but A–Z a–z 0–9 - _ . ~ becomes %XX (RFC 3986 section 2.3).
std::string percent_encode(std::string_view text);

}  // namespace scanlogin
