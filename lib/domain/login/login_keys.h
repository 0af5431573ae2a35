#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace scanlogin::login_keys {

// How long a code is kept: the longest life that a provider gives one. As long a login may take to
// get to one.
constexpr std::chrono::seconds kCodeLife{600};
// How long a browser may ask again for the outcome of its login.
constexpr std::chrono::seconds kOutcomeLife{60};

// The keys of one login in Redis. Those that can answer a poll begin with kWatched:
// domain/login/scan_watch.h watches that prefix. No uuid has a ':' in it.
constexpr std::string_view kWatched = "WeixinCodeMap:";

// For scripts: text(key), a key's text, false if there is none. What holds another type is none of
// ours, whatever its name: as good as absent.
constexpr const char* kText = R"(
    local function text(key)
      local value = redis.pcall('GET', key)
      if type(value) ~= 'table' then return value end
      if not string.find(value.err, 'WRONGTYPE', 1, true) then error(value.err) end
      return false
    end)";

// The code.
inline std::string code(std::string_view uuid) { return std::string(kWatched) + std::string(uuid); }
// Of a bound login that has come to its end: the code, a line end, and the outcome.
inline std::string outcome(std::string_view uuid) { return code(uuid) + ":outcome"; }
// Who is exchanging the code.
inline std::string claim(std::string_view uuid) { return "WeixinClaim:" + std::string(uuid); }
// The code, a line end, and what it was exchanged for.
inline std::string grant(std::string_view uuid) { return "WeixinGrant:" + std::string(uuid); }
// The hash of the browser's secret that a login is bound to.
inline std::string browser(std::string_view uuid) { return "WeixinLogin:" + std::string(uuid); }

}  // namespace scanlogin::login_keys
