#include "domain/code_map.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestUuid = 128;
constexpr std::size_t kLongestCode = 512;
const std::string kLife = std::to_string(CodeMap::kCodeLife.count());
constexpr std::size_t kOwnerBytes = 16;

// A claim that is the caller's own is granted again: the command may be sent twice when a
// connection dies.
const redis::Script& claim_script() {
  static const redis::Script script(R"(
    local code = redis.call('GET', KEYS[1])
    if not code then return false end
    local owner = redis.call('GET', KEYS[2])
    if owner and owner ~= ARGV[1] then return false end
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
    return {code, redis.call('GET', KEYS[3]) or ''})");
  return script;
}

const redis::Script& spend_script() {
  static const redis::Script script(R"(
    if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1], KEYS[3]) end
    if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
    return 1)");
  return script;
}

const redis::Script& renew_script() {
  static const redis::Script script(R"(
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('PEXPIRE', KEYS[1], ARGV[2]))");
  return script;
}

const redis::Script& give_back_script() {
  static const redis::Script script(R"(
    if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
    return 1)");
  return script;
}

std::string code_key(std::string_view uuid) {
  return std::string(CodeMap::kKeyPrefix) + std::string(uuid);
}
std::string claim_key(std::string_view uuid) { return "WeixinClaim:" + std::string(uuid); }
std::string grant_key(std::string_view uuid) { return "WeixinGrant:" + std::string(uuid); }

bool is_uuid_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

}  // namespace

bool is_uuid(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestUuid &&
         std::all_of(text.begin(), text.end(), is_uuid_character);
}

bool is_code(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestCode &&
         std::none_of(text.begin(), text.end(), is_control);
}

Claim::Claim(Claim&& other) noexcept
    : redis_(std::exchange(other.redis_, nullptr)), parts_(std::move(other.parts_)) {}

Claim::~Claim() {
  if (redis_ == nullptr) return;
  try {
    redis_->run(give_back_script(), {claim_key(parts_.uuid)}, {parts_.owner});
  } catch (const Error&) {
    // Redis is away; the claim's life ends by itself.
  }
}

void Claim::remember(std::string_view exchanged) {
  const std::string text = parts_.code + "\n" + std::string(exchanged);
  redis_->command({"SET", grant_key(parts_.uuid), text, "EX", kLife});
}

bool Claim::renew() {
  const std::string life = std::to_string(parts_.life.count());
  return redis_->run(renew_script(), {claim_key(parts_.uuid)}, {parts_.owner, life}).integer == 1;
}

void Claim::spend() {
  const std::string code = code_key(parts_.uuid);
  const std::string claim = claim_key(parts_.uuid);
  const std::string grant = grant_key(parts_.uuid);
  redis_->run(spend_script(), {code, claim, grant}, {parts_.owner, parts_.code});
  redis_ = nullptr;
}

void CodeMap::store(std::string_view uuid, std::string_view code) {
  redis_.command({"SET", code_key(uuid), code, "EX", kLife});
  redis_.settle();
}

std::optional<Claim> CodeMap::claim(std::string_view uuid) {
  std::string owner = random_hex(kOwnerBytes);
  const std::string life = std::to_string(claim_life_.count());
  redis::Value found =
      redis_.run(claim_script(), {code_key(uuid), claim_key(uuid), grant_key(uuid)}, {owner, life});
  if (found.array.size() != 2) return std::nullopt;
  std::string code = std::move(found.array[0].text);
  std::string exchanged = std::move(found.array[1].text);
  // What belongs to an earlier code for the same uuid does not count.
  const bool of_this_code = exchanged.starts_with(code + "\n");
  exchanged = of_this_code ? exchanged.substr(code.size() + 1) : "";
  return Claim(redis_, {std::string(uuid), std::move(owner), std::move(code), std::move(exchanged),
                        claim_life_});
}

}  // namespace scanlogin
