#include "domain/sessions/session_scripts.h"

#include <string>

namespace scanlogin::session_scripts {
namespace {

// What the scripts share. A key of another type is none of ours: the Django module kept a text
// there.
constexpr const char* kShared = R"(
  local sessions, seen, ended = KEYS[1], KEYS[2], KEYS[3]
  local KNOWN_FOR, MOST_KNOWN, MINUTE = 604800, 100, 60
  local time = redis.call('TIME')
  local now = tonumber(time[1])
  local kind = redis.call('TYPE', sessions).ok
  local ours = kind == 'hash' or kind == 'none'

  local function forget_endings()
    local times, all = {}, redis.call('HGETALL', ended)
    for i = 1, #all, 2 do
      times[#times + 1] = {field = all[i], at = tonumber(all[i + 1]:match('%d+$')) or 0}
    end
    table.sort(times, function(a, b) return a.at < b.at end)
    for i = 1, #times - MOST_KNOWN do redis.call('HDEL', ended, times[i].field) end
  end
  local function finish(field, how)
    redis.call('HDEL', sessions, field)
    redis.call('HDEL', seen, field)
    redis.call('HSET', ended, field, how .. ' ' .. now)
    redis.call('EXPIRE', ended, KNOWN_FOR)
    if redis.call('HLEN', ended) > MOST_KNOWN then forget_endings() end
  end
  local function unused(field, idle)
    local last = tonumber(redis.call('HGET', seen, field) or nil)
    return idle > 0 and last and now - last > idle
  end
  -- A Redis without room for this still says who is logged in.
  local function mark_used(field)
    redis.pcall('HSET', seen, field, now)
    local life = redis.call('PTTL', sessions)
    if life > 0 then redis.pcall('PEXPIRE', seen, life) end
  end
  local function live(idle)
    local all, found = ours and redis.call('HGETALL', sessions) or {}, {}
    for i = 1, #all, 2 do
      local readable, session = pcall(cjson.decode, all[i + 1])
      if not readable or type(session) ~= 'table' then session = {} end
      local exp = tonumber(session.exp)
      if exp and exp <= now then
        redis.call('HDEL', sessions, all[i])
        redis.call('HDEL', seen, all[i])
      elseif unused(all[i], idle) then
        finish(all[i], 'expired')
      else
        found[#found + 1] = {field = all[i], text = all[i + 1], began = tonumber(session.began) or 0,
                             us = tonumber(session.us) or 0}
      end
    end
    table.sort(found, function(a, b)
      if a.began ~= b.began then return a.began < b.began end
      if a.us ~= b.us then return a.us < b.us end
      return a.field < b.field
    end)
    return found
  end
)";

redis::Script script(const char* steps) { return redis::Script(std::string(kShared) + steps); }

}  // namespace

const redis::Script& begin() {
  static const redis::Script is = script(R"(
    local field, exp, devices = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
    if time[1] * 1000 + time[2] / 1000 >= tonumber(ARGV[6]) then return false end
    if not ours then redis.call('DEL', sessions) end
    -- A Redis that is full refuses a script's first write if that needs room, and none after it. This
    -- one needs none, so a login whose code is spent already is not lost for it.
    redis.call('HDEL', sessions, field)
    local others, left = ours and live(tonumber(ARGV[5])) or {}, {field}
    local life = redis.call('TTL', sessions)
    redis.call('HSET', sessions, field, ARGV[2])
    for i, other in ipairs(others) do
      if i <= #others - devices + 1 then
        finish(other.field, 'replaced')
      else
        left[#left + 1] = other.field
      end
    end
    if #left == 1 or life < 0 or now + life < exp then redis.call('EXPIREAT', sessions, exp) end
    mark_used(field)
    return left)");
  return is;
}

const redis::Script& use() {
  static const redis::Script is = script(R"(
    local field, idle = ARGV[1], tonumber(ARGV[2])
    if ours and redis.call('HEXISTS', sessions, field) == 1 then
      if unused(field, idle) then
        pcall(finish, field, 'expired')
        return 'expired'
      end
      local last = tonumber(redis.call('HGET', seen, field) or nil)
      if not last or now - last >= MINUTE then
        mark_used(field)
        last = now
      end
      return now - last
    end
    local how, at = (redis.call('HGET', ended, field) or ''):match('^([a-z-]+) (%d+)$')
    return how and now - tonumber(at) < KNOWN_FOR and how)");
  return is;
}

const redis::Script& list() {
  static const redis::Script is = script(R"(
    local flat = {}
    for _, session in ipairs(live(tonumber(ARGV[1]))) do
      flat[#flat + 1] = session.field
      flat[#flat + 1] = session.text
      flat[#flat + 1] = redis.call('HGET', seen, session.field)
    end
    return flat)");
  return is;
}

// Both of the next end by a write, also where nothing is left to end: WAIT is about what the
// connection itself has written (from Redis 7.2 on), and an earlier call may have ended the
// sessions while no replica took that.
const redis::Script& end() {
  static const redis::Script is = script(R"(
    for _, field in ipairs(ours and redis.call('HKEYS', sessions) or {}) do
      if field:sub(1, #ARGV[1]) == ARGV[1] then
        finish(field, ARGV[2])
      end
    end
    redis.call('EXPIRE', ended, KNOWN_FOR)
    return 1)");
  return is;
}

const redis::Script& end_all() {
  static const redis::Script is = script(R"(
    for _, field in ipairs(ours and redis.call('HKEYS', sessions) or {}) do
      local own = ARGV[2] ~= '' and field:sub(1, #ARGV[2]) == ARGV[2]
      finish(field, own and ARGV[3] or ARGV[1])
    end
    redis.call('DEL', sessions, seen)
    redis.call('EXPIRE', ended, KNOWN_FOR)
    return 1)");
  return is;
}

const redis::Script& withdraw() {
  static const redis::Script is = script(R"(
    if ours then redis.call('HDEL', sessions, ARGV[1]) end
    redis.call('HDEL', seen, ARGV[1])
    return 1)");
  return is;
}

}  // namespace scanlogin::session_scripts
