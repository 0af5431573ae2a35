#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

// What of a page would not show, or not work, if html_page() sent it: whatever its policy blocks,
// and a text that is not UTF-8. One line each, "a style attribute in line 3"; none for a page that
// shows as it is written. Pictures can be of this site, by a URL without a host or with that of
// site_origin (scheme and host; empty: unknown). It finds what somebody overlooks, not what
// somebody hides: the browser enforces the policy.
std::vector<std::string> page_faults(std::string_view page, std::string_view site_origin);

}  // namespace scanlogin
