#pragma once

namespace scanlogin::redis {

// For scripts: text(key), a key's text, false if there is none. What holds another type is none of
// ours, whatever its name: as good as absent.
inline constexpr const char* kText = R"(
    local function text(key)
      local value = redis.pcall('GET', key)
      if type(value) ~= 'table' then return value end
      if not string.find(value.err, 'WRONGTYPE', 1, true) then error(value.err) end
      return false
    end)";

}  // namespace scanlogin::redis
