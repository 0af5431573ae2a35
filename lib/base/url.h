#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scanlogin {

// Decodes one name or value of a query string as a form writes it
// (application/x-www-form-urlencoded): '+' is a space, %XX a byte; a '%' that two hex digits do
// not follow stands for itself. The result may hold any byte: whoever uses it checks it.
std::string form_decode(std::string_view text);

// The other way: everything but A–Z a–z 0–9 - _ . ~ becomes %XX (RFC 3986 section 2.3).
std::string percent_encode(std::string_view text);

// Where the host begins in an http or https URL without user, query or fragment that a header or a
// quoted text can hold; 0 if it is no such URL.
std::size_t host_in_url(std::string_view url) noexcept;

}  // namespace scanlogin
