#pragma once

#include <string>
#include <string_view>

namespace scanlogin::oauth {

// The JSON in a reply that QQ would have a page run as a script, `callback( {"error":1,} );`:
// without the call around it, if there is one, and without commas before a closing brace or
// bracket.
std::string unwrapped(std::string_view reply);

}  // namespace scanlogin::oauth
