#pragma once

#include <string>
#include <string_view>

namespace scanlogin {

// Whether secrets may be sent to this URL: https, or http on a loopback address (localhost,
// 127.x.x.x, [::1]). It has a host, perhaps a port and a path, no user, query, fragment or
// brace, and is visible ASCII of at most 512 bytes.
bool is_provider_url(std::string_view url);

// The URL with `base` in the place of its scheme, host and port. base: is_provider_url, without a
// slash at the end; its path goes in front of the URL's.
std::string with_base(std::string_view url, const std::string& base);

}  // namespace scanlogin
