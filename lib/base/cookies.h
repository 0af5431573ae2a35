#pragma once

#include <string_view>
#include <vector>

namespace scanlogin {

// The values of that name in a header Cookie (RFC 6265 section 4.2.1), in the order of the header,
// which is the browser's: views into it. An empty value is one, too.
std::vector<std::string_view> cookie_values(std::string_view header, std::string_view name);

}  // namespace scanlogin
