#include "domain/login/claim.h"

#include "clients/redis_scripts.h"

namespace scanlogin {
namespace {

const std::string kLife = std::to_string(LoginKeys::kCodeLife.count());
const std::string kOutcomeLife = std::to_string(LoginKeys::kOutcomeLife.count());

// A claim that ran out may be somebody else's by now, or that one may be done with the code: the
// login is theirs then.
constexpr const char* kMine = R"(
    local owner, code = text(KEYS[2]), text(KEYS[1])
    if owner ~= ARGV[1] and (owner or code ~= ARGV[2]) then return 0 end)";

// ARGV[3] is empty for a login whose outcome nobody may ask for again. A different code that is
// there already is the next attempt's: its outcome is yet to come.
const redis::Script& spend_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    redis.call('DEL', KEYS[2])
    if code == ARGV[2] then redis.call('DEL', KEYS[1], KEYS[3]) end
    if ARGV[3] ~= '' and (not code or code == ARGV[2]) then
      redis.call('SET', KEYS[5], ARGV[2] .. '\n' .. ARGV[3], 'EX', ARGV[4])
      redis.call('EXPIRE', KEYS[4], ARGV[4])
    end
    return 1)");
  return script;
}

// The time is asked for first: what is returned may be before the claim's end, and never behind it.
const redis::Script& renew_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    local now = redis.call('TIME')
    if not owner then redis.call('SET', KEYS[2], ARGV[1]) end
    redis.call('PEXPIRE', KEYS[2], ARGV[3])
    return now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3])");
  return script;
}

const redis::Script& give_back_script() {
  static const redis::Script script(std::string(redis::kText) + R"(
    if text(KEYS[1]) == ARGV[1] then
      redis.call('DEL', KEYS[1])
      -- For those who wait: a life set anew counts as a change of the code.
      local life = redis.call('PTTL', KEYS[2])
      if life > 0 then redis.call('PEXPIRE', KEYS[2], life) end
    end
    return 1)");
  return script;
}

}  // namespace

Claim::Claim(Claim&& other) noexcept
    : redis_(std::exchange(other.redis_, nullptr)),
      uncertain_(other.uncertain_),
      parts_(std::move(other.parts_)),
      until_(other.until_) {}

Claim::~Claim() {
  if (redis_ == nullptr) return;
  try {
    redis_->run(give_back_script(),
                {parts_.keys->claim(parts_.uuid), parts_.keys->code(parts_.uuid)}, {parts_.owner});
  } catch (const Error&) {
    uncertain_.leave(parts_.uuid, parts_.owner, parts_.life);
  }
}

void Claim::remember(std::string_view exchanged) {
  const std::string text = parts_.code + "\n" + std::string(exchanged);
  redis_->command({"SET", parts_.keys->grant(parts_.uuid), text, "EX", kLife}, redis::Until::kept);
}

void Claim::renew() {
  const std::string code = parts_.keys->code(parts_.uuid), claim = parts_.keys->claim(parts_.uuid),
                    life = std::to_string(parts_.life.count());
  until_ = redis_->run(renew_script(), {code, claim}, {parts_.owner, parts_.code, life}).integer;
  if (until_ == 0) throw Overtaken{};
}

void Claim::spend(std::string_view outcome) {
  const std::string& uuid = parts_.uuid;
  const std::string code = parts_.keys->code(uuid), claim = parts_.keys->claim(uuid),
                    grant = parts_.keys->grant(uuid), browser = parts_.keys->browser(uuid),
                    kept = parts_.keys->outcome(uuid);
  redis_->run(spend_script(), {code, claim, grant, browser, kept},
              {parts_.owner, parts_.code, parts_.bound ? outcome : "", kOutcomeLife},
              redis::Until::kept);
  redis_ = nullptr;
}

}  // namespace scanlogin
