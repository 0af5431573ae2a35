#include "domain/providers/app_token.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "clients/redis_scripts.h"

namespace scanlogin {
namespace {

constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::seconds kMargin{300};
constexpr std::size_t kDigestDigits = 16;
constexpr std::string_view kAll = "all";
constexpr std::string_view kRemembered = "app token, not asked for again yet";

// The first write is the one that needs room: a Redis that is full refuses a script's first write
// alone. ARGV[4] is whom the caller has waited for. A fetch that is the caller's own is granted
// again: the command may be sent twice when a connection dies.
const redis::Script& take_script() {
  static const redis::Script script(std::string(redis::kText) + R"(
    local kept, failed, owner = text(KEYS[1]), text(KEYS[3]), text(KEYS[2])
    local by, token = string.match(kept or '', '^(%w+)\n(.+)$')
    if by and by ~= ARGV[3] then return {'token', by, token} end
    local whose, what = string.match(failed or '', '^(%w+)\n(.+)$')
    if whose == 'all' or (whose and whose == ARGV[4]) then return {'failed', what} end
    if owner and owner ~= ARGV[1] then return {'wait', owner} end
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
    redis.call('DEL', KEYS[1])
    return {'fetch'})");
  return script;
}

// Who has taken so long that another fetches, or has fetched, leaves it to that one.
const redis::Script& keep_script() {
  static const redis::Script script(std::string(redis::kText) + R"(
    local owner = text(KEYS[2])
    if owner ~= ARGV[1] and (owner or text(KEYS[1])) then return 0 end
    redis.call('SET', KEYS[1], ARGV[1] .. '\n' .. ARGV[2], 'PX', ARGV[3])
    redis.call('DEL', KEYS[2], KEYS[3])
    return 1)");
  return script;
}

const redis::Script& fail_script() {
  static const redis::Script script(std::string(redis::kText) + R"(
    if text(KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
    redis.call('DEL', KEYS[1])
    return 1)");
  return script;
}

std::string digits(std::chrono::milliseconds time) { return std::to_string(time.count()); }

std::string to_text(const Refusal& refusal) {
  return std::visit([](const auto& code) { return Json::object().with("code", code); },
                    refusal.code)
      .with("msg", refusal.msg)
      .text();
}

// What fail() was told; an error is thrown again.
Refusal refusal_in(const std::string& text) {
  const std::optional<Json> json = Json::parse(text);
  const auto thrown = json ? json->string("error") : std::nullopt;
  if (thrown) throw Error(ErrorKind::upstream, *thrown);
  Refusal refusal{.code = json ? json->string("code").value_or("") : "",
                  .msg = json ? json->string("msg").value_or("") : "",
                  .call = kRemembered,
                  .operators_mistake = true};
  if (const auto number = json ? json->integer("code") : std::nullopt) refusal.code = *number;
  return refusal;
}

}  // namespace

AppToken::AppToken(redis::Client& redis, const std::string& app, std::string_view secret,
                   std::chrono::milliseconds fetch_limit, Fetch fetch)
    : redis_(redis),
      token_key_("AppToken:{" + app + ":" + hex(hmac_sha256(secret, app)).substr(0, kDigestDigits) +
                 "}"),
      fetch_key_("AppTokenFetch" + token_key_.substr(token_key_.find(':'))),
      failed_key_("AppTokenFailed" + token_key_.substr(token_key_.find(':'))),
      fetch_life_(fetch_limit + std::chrono::seconds(1)),
      fetch_(std::move(fetch)) {}

std::variant<AppToken::Held, Refusal> AppToken::get(Clock::time_point until, const Held& dead) {
  const std::string owner = random_hex(16);
  for (std::string waited;;) {
    const auto found = redis_
                           .run(take_script(), {token_key_, fetch_key_, failed_key_},
                                {owner, digits(fetch_life_), dead.fetched_by, waited})
                           .array;
    const std::string& what = found.at(0).text;
    if (what == "token") return Held{found.at(1).text, found.at(2).text};
    if (what == "failed") return refusal_in(found.at(1).text);
    if (what == "fetch") return fetch(owner);
    if (Clock::now() + kLook > until) {
      throw Error(ErrorKind::upstream, "another login has asked for the app token, in vain so far");
    }
    waited = found.at(1).text;
    std::this_thread::sleep_for(kLook);
  }
}

std::variant<AppToken::Held, Refusal> AppToken::fetch(const std::string& owner) {
  try {
    auto fetched = fetch_();
    if (auto* refusal = std::get_if<Refusal>(&fetched)) {
      refusal->operators_mistake = true;
      fail(owner, kAll, to_text(*refusal), kPause);
      return std::move(*refusal);
    }
    keep(owner, std::get<Fetched>(fetched));
    return Held{owner, std::get<Fetched>(fetched).token};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::upstream) {
      fail(owner, owner, Json::object().with("error", error.what()).text(), fetch_life_);
    }
    throw;
  }
}

void AppToken::keep(const std::string& owner, const Fetched& fetched) {
  const std::chrono::seconds margin = std::min(kMargin, fetched.life / 2);
  redis_.run(keep_script(), {token_key_, fetch_key_, failed_key_},
             {owner, fetched.token, digits(fetched.life - margin)});
}

void AppToken::fail(const std::string& owner, std::string_view whose, const std::string& text,
                    std::chrono::milliseconds life) {
  redis_.run(fail_script(), {fetch_key_, failed_key_},
             {owner, std::string(whose) + "\n" + text, digits(life)});
}

}  // namespace scanlogin
