#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scanlogin {

// A web origin (RFC 6454 section 4): what browsers tell sites apart by.
struct Origin {
  std::string scheme;  // "http" or "https"
  std::string host;    // in lower case; an IPv6 address is in brackets
  std::string port;    // empty: the scheme's own
  bool operator==(const Origin&) const = default;
};

// The origin that a text like "https://Example.com:443" names; nothing if there is more than
// scheme, host and port in it, if the scheme is another one, or if the host has a character that a
// host cannot have (ASCII only: a name in another script is written as browsers send it, xn--…).
// Host and port have 255 characters at the most.
std::optional<Origin> parse_origin(std::string_view text);

// As browsers write it (RFC 6454 section 6.2): "https://example.com", "http://[::1]:8080".
std::string to_text(const Origin& origin);

}  // namespace scanlogin
