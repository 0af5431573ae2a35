#include "domain/sessions/profiles.h"

#include <exception>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "base/json.h"
#include "domain/sessions/sessions.h"

namespace scanlogin {
namespace {

constexpr std::chrono::milliseconds kMilliseconds = Profiles::kLife;
// Longer than a transaction can go on once its rows are locked (clients/mysql.h).
constexpr const char* kLongestChange = "30000";
constexpr std::size_t kNonceBytes = 8;
constexpr std::size_t kMostForgottenAtOnce = 500;

const std::string kLifeText = std::to_string(kMilliseconds.count());

std::string to_text(const User& user) {
  return Json::object()
      .with("username", user.username)
      .with("nickname", user.nickname)
      .with("avatar_url", user.avatar_url)
      .with("gender", user.gender)
      .with("phone_number", user.phone_number)
      .with("is_staff", std::int64_t{user.is_staff})
      .with("is_superuser", std::int64_t{user.is_superuser})
      .text();
}

std::string key_of(std::int64_t user) { return "userProfile_{" + Sessions::key(user) + "}"; }

// A kept profile from its text and what is left of its life; nothing if it is none, or unreadable.
std::optional<Profiles::Kept> read(std::int64_t user, std::string_view text,
                                   std::int64_t milliseconds_left) {
  const std::optional<Json> json = text.starts_with('{') ? Json::parse(text) : std::nullopt;
  if (!json || milliseconds_left <= 0 || milliseconds_left > kMilliseconds.count()) {
    return std::nullopt;
  }
  const auto username = json->string("username"), nickname = json->string("nickname"),
             avatar_url = json->string("avatar_url"), gender = json->string("gender"),
             phone_number = json->string("phone_number");
  const auto is_staff = json->integer("is_staff"), is_superuser = json->integer("is_superuser");
  const bool whole =
      username && nickname && avatar_url && gender && phone_number && is_staff && is_superuser;
  if (!whole) return std::nullopt;
  return Profiles::Kept{.user = {.id = user,
                                 .username = *username,
                                 .nickname = *nickname,
                                 .avatar_url = *avatar_url,
                                 .gender = *gender,
                                 .phone_number = *phone_number,
                                 .is_active = true,
                                 .is_staff = *is_staff != 0,
                                 .is_superuser = *is_superuser != 0},
                        .age = kMilliseconds - std::chrono::milliseconds(milliseconds_left)};
}

// What holds another type is none of ours. A Redis without room is no reason to fail: what cannot
// be kept is not kept.
constexpr const char* kShared = R"(
  local profile = KEYS[1]
  local value = redis.pcall('GET', profile)
  if type(value) == 'table' then
    redis.call('DEL', profile)
    value = false
  end
  local function set(text, ...)
    local done = redis.pcall('SET', profile, text, ...)
    return not (type(done) == 'table' and done.err)
  end
  -- A life set anew counts as a change of the key, for those who watch it.
  local function touch(sessions)
    local life = redis.call('PTTL', sessions)
    if life ~= -2 then redis.call('PEXPIRE', sessions, life > 0 and life or 1000) end
    if life == -1 then redis.call('PERSIST', sessions) end
  end
)";

redis::Script script(const char* steps) { return redis::Script(std::string(kShared) + steps); }

// nonce, life, oldest: {text, milliseconds left}; or "leased", "full"; or nil while it is changed.
const redis::Script& look_script() {
  static const redis::Script is = script(R"(
    local life, oldest = tonumber(ARGV[2]), tonumber(ARGV[3])
    if value and value:sub(1, 1) == '!' then return false end
    if value and value:sub(1, 1) ~= '?' then
      local left = redis.call('PTTL', profile)
      if left > 0 and left <= life and life - left <= oldest then return {value, left} end
    end
    return set('?' .. ARGV[1], 'PX', life) and 'leased' or 'full')");
  return is;
}

const redis::Script& keep_script() {
  static const redis::Script is = script(R"(
    if value ~= '?' .. ARGV[1] then return 0 end
    return set(ARGV[2], 'KEEPTTL') and 1 or 0)");
  return is;
}

const redis::Script& begin_script() {
  static const redis::Script is = script(R"(
    redis.call('DEL', profile)
    set('!' .. ARGV[1], 'PX', ARGV[2])
    touch(KEYS[2])
    return 1)");
  return is;
}

// Another change may have begun since.
const redis::Script& end_script() {
  static const redis::Script is = script(R"(
    if value and value:sub(1, 1) == '!' and value ~= '!' .. ARGV[1] then return 0 end
    redis.call('DEL', profile)
    touch(KEYS[2])
    return 1)");
  return is;
}

}  // namespace

// In this order: where another profile takes its place in between, it is taken for older than it
// is.
void Profiles::find(redis::Pipeline& pipeline, std::int64_t user,
                    std::function<void(std::optional<Kept>)> handler) {
  const std::string key = key_of(user);
  const auto left = std::make_shared<std::int64_t>(0);
  pipeline.send({"PTTL", key}, [left](const redis::Value* reply) {
    if (reply != nullptr) *left = reply->integer;
  });
  pipeline.send({"GET", key}, [user, left, handler = std::move(handler)](const redis::Value* text) {
    handler(text == nullptr ? std::nullopt : read(user, text->text, *left));
  });
}

void Profiles::find_change(redis::Pipeline& pipeline, std::int64_t user,
                           std::function<void(bool)> handler) {
  pipeline.send({"GET", key_of(user)}, [handler = std::move(handler)](const redis::Value* reply) {
    handler(reply == nullptr || reply->text.starts_with('!'));
  });
}

bool Profiles::is_changing(std::int64_t user) {
  return redis_.command_or_nil({"GET", key_of(user)}).text.starts_with('!');
}

std::variant<Profiles::Kept, Profiles::Lease, Profiles::NotKept> Profiles::look(
    std::int64_t user, std::chrono::milliseconds oldest) {
  Lease lease{random_hex(kNonceBytes)};
  const std::string oldest_text = std::to_string(oldest.count());
  const redis::Value found =
      redis_.run(look_script(), {key_of(user)}, {lease.nonce, kLifeText, oldest_text});
  if (found.is_nil()) return NotKept::being_changed;
  if (found.array.size() == 2) {
    if (auto kept = read(user, found.array[0].text, found.array[1].integer)) return *kept;
    // Nobody of ours has written it: as good as too old.
    if (oldest.count() >= 0) return look(user, std::chrono::milliseconds(-1));
  }
  if (found.text != "leased") return NotKept::no_room;
  return lease;
}

bool Profiles::keep(const User& user, const Lease& lease) {
  return redis_.run(keep_script(), {key_of(user.id)}, {lease.nonce, to_text(user)}).integer == 1;
}

std::string Profiles::begin_change(std::int64_t user) {
  std::string nonce = random_hex(kNonceBytes);
  redis_.run(begin_script(), {key_of(user), Sessions::key(user)}, {nonce, kLongestChange},
             redis::Until::settled);
  return nonce;
}

void Profiles::end_change(std::int64_t user, std::string_view nonce) {
  redis_.run(end_script(), {key_of(user), Sessions::key(user)}, {nonce}, redis::Until::settled);
}

void Profiles::forget(const std::vector<std::int64_t>& users) {
  for (std::size_t begin = 0; begin < users.size(); begin += kMostForgottenAtOnce) {
    std::vector<std::string> keys;
    for (std::size_t i = begin; i < users.size() && i < begin + kMostForgottenAtOnce; ++i) {
      keys.push_back(key_of(users[i]));
    }
    // One each: their keys share no hash tag.
    std::vector<redis::Arguments> commands;
    commands.reserve(keys.size());
    for (const std::string& key : keys) commands.push_back({"DEL", key});
    redis_.commands(commands);
  }
}

void ProfileChange::begin(std::int64_t user) { begun_[user] = profiles_.begin_change(user); }

ProfileChange::~ProfileChange() {
  if (std::uncaught_exceptions() > exceptions_) return;
  try {
    for (const auto& [user, nonce] : begun_) profiles_.end_change(user, nonce);
  } catch (const std::exception& error) {
    log_.warning("end of a change not told to the others", {{"reason", error.what()}});
  }
}

}  // namespace scanlogin
