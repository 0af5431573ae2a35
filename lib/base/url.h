#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scanlogin {

// Decodes one name or value of a query string as a form writes it
// (application/x-www-form-urlencoded): '+' is a space, %XX a byte; a '%' that two hex digits do
// not follow stands for itself. The result may hold any byte: whoever uses it checks it.
std::string form_decode(std::string_view text);

// The other way: everything but A–Z a–z 0–9 - _ . ~ (RFC 3986 section 2.3) and the characters of
// `as_they_are` becomes %XX.
std::string percent_encode(std::string_view text, std::string_view as_they_are = "");

// Where the host begins in an http or https URL without user, query or fragment that a header or a
// quoted text can hold; 0 if it is no such URL.
std::size_t host_in_url(std::string_view url) noexcept;

// Whether a browser that follows it stays on the site: it begins with one '/', neither "//" nor
// "/\", which name a host, and has no control character, some of which browsers leave out
// (WHATWG URL, "basic URL parser").
bool is_site_path(std::string_view url) noexcept;

}  // namespace scanlogin
