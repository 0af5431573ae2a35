#include "domain/login/login_store.h"

#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "clients/redis_scripts.h"

namespace scanlogin {
namespace {

const std::string kLife = std::to_string(LoginKeys::kCodeLife.count());
// Until the code has come, and its life.
const std::string kWholeLife = std::to_string(2 * LoginKeys::kCodeLife.count());

// Whether one of the hashes at the end of ARGV is that of the browser which began the login; for a
// uuid that a page made itself there must be none. (A bound uuid whose key is gone looks
// page-made.)
constexpr const char* kMine = R"(
    local function mine(login, bound, first)
      local browser = text(login)
      if bound ~= 'bound' then return not browser end
      for i = first, #ARGV do
        if ARGV[i] == browser then return true end
      end
      return false
    end)";

// In one step: one that is bound to its browser, but has lost its start or its link to a failover,
// would be another kind of login. ARGV: each key's text and its life.
const redis::Script& begin_script() {
  static const redis::Script script(R"(
    for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[2 * i - 1], 'EX', ARGV[2 * i]) end
    return 1)");
  return script;
}

// Both of the next say what kind of login it is (LoginStore::Kept). Their first write is the one
// that needs room: a Redis that is full refuses a script's first write alone.
//
// A provider may send a code twice: once it has led to an outcome, a poll has to find that.
const redis::Script& store_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    if not mine(KEYS[2], ARGV[3], 4) then return 0 end
    local kind = redis.call('EXISTS', KEYS[4]) + 1
    local ended = text(KEYS[3])
    if ended and string.sub(ended, 1, #ARGV[1] + 1) == ARGV[1] .. '\n' then return kind end
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
    if kind == 2 then redis.call('EXPIRE', KEYS[4], ARGV[2]) end
    return kind)");
  return script;
}

const redis::Script& end_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    if not mine(KEYS[1], ARGV[3], 4) then return 0 end
    if redis.call('SET', KEYS[2], '\n' .. ARGV[1], 'EX', ARGV[2], 'NX') then
      redis.call('EXPIRE', KEYS[1], ARGV[2])
    end
    return redis.call('EXPIRE', KEYS[3], ARGV[2]) + 1)");
  return script;
}

const redis::Script& standing_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    if not text(KEYS[1]) then return 0 end
    if not mine(KEYS[1], ARGV[1], 2) then return 1 end
    return redis.call('EXISTS', KEYS[2]) * 2)");
  return script;
}

// A claim that is the caller's own is granted again: the command may be sent twice when a
// connection dies. So is one that this process has left (UncertainClaims).
const redis::Script& claim_script() {
  static const redis::Script script(std::string(redis::kText) + kMine + R"(
    if not mine(KEYS[4], ARGV[4], 5) then return false end
    local code = text(KEYS[1])
    if not code then
      local ended = text(KEYS[5])
      return ended and {ended}
    end
    local owner = text(KEYS[2])
    if owner and owner ~= ARGV[1] and owner ~= ARGV[2] then return false end
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
    return {code, text(KEYS[3]) or '', text(KEYS[6]) or '', text(KEYS[7]) or ''})");
  return script;
}

// What the scripts are told of the login: whether it is bound, and the hashes of its browser.
std::vector<std::string> owner_arguments(const PendingLogin& login) {
  std::vector<std::string> all = {login.cookie ? "bound" : ""};
  if (login.cookie) {
    for (std::string& hash : login.cookie->hashes()) all.push_back(std::move(hash));
  }
  return all;
}

LoginStore::Kept kept_as(const redis::Value& reply) {
  return reply.integer == 2   ? LoginStore::Kept::redirect
         : reply.integer == 1 ? LoginStore::Kept::scan
                              : LoginStore::Kept::none;
}

std::string to_text(const LoginStart& start) {
  return Json::object()
      .with("redirect_uri", start.redirect_uri)
      .with("next", start.next)
      .with("origin", start.origin)
      .with("silent", start.silent)
      .text();
}

std::optional<LoginStart> parse_start(std::string_view text) {
  const std::optional<Json> json = Json::parse(text);
  const auto redirect_uri = json ? json->string("redirect_uri") : std::nullopt;
  const auto next = json ? json->string("next") : std::nullopt;
  if (!redirect_uri || !next) return std::nullopt;
  return LoginStart{.redirect_uri = *redirect_uri,
                    .next = *next,
                    .origin = json->string("origin").value_or(""),
                    .silent = json->boolean("silent").value_or(false)};
}

redis::Arguments joined(redis::Arguments first, const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

void LoginStore::begin(std::string_view uuid, std::string_view secret_hash,
                       const std::optional<LoginStart>& start, std::optional<std::int64_t> link) {
  const std::string browser_key = keys_.browser(uuid), start_key = keys_.start(uuid),
                    link_key = keys_.link(uuid), start_text = start ? to_text(*start) : "",
                    link_text = link ? std::to_string(*link) : "";
  redis::Arguments keys = {browser_key}, arguments = {secret_hash, kLife};
  const auto add = [&](std::string_view key, std::string_view text, std::string_view life) {
    keys.push_back(key);
    arguments.insert(arguments.end(), {text, life});
  };
  if (start) add(start_key, start_text, kLife);
  if (link) add(link_key, link_text, kWholeLife);
  redis_.run(begin_script(), keys, arguments, redis::Until::kept);
}

std::optional<LoginStart> LoginStore::start(std::string_view uuid) {
  return parse_start(redis_.command_or_nil({"GET", keys_.start(uuid)}).text);
}

LoginStore::Kept LoginStore::store(const PendingLogin& login, std::string_view code) {
  const std::string key = keys_.code(login.uuid);
  const std::string browser = keys_.browser(login.uuid);
  const std::string outcome = keys_.outcome(login.uuid);
  const std::string start = keys_.start(login.uuid);
  const std::vector<std::string> owner = owner_arguments(login);
  const redis::Value kept = redis_.run(store_script(), {key, browser, outcome, start},
                                       joined({code, kLife}, owner), redis::Until::settled);
  return kept_as(kept);
}

LoginStore::Kept LoginStore::end(const PendingLogin& login, std::string_view outcome) {
  const std::string browser = keys_.browser(login.uuid);
  const std::string key = keys_.outcome(login.uuid);
  const std::string start = keys_.start(login.uuid);
  const std::vector<std::string> owner = owner_arguments(login);
  const redis::Value kept = redis_.run(end_script(), {browser, key, start},
                                       joined({outcome, kLife}, owner), redis::Until::settled);
  return kept_as(kept);
}

LoginStore::Standing LoginStore::standing(const PendingLogin& login) {
  const std::string browser = keys_.browser(login.uuid), code = keys_.code(login.uuid);
  const std::vector<std::string> owner = owner_arguments(login);
  const auto found = redis_.run(standing_script(), {browser, code}, joined({}, owner)).integer;
  return found == 2 ? Standing::pending : found == 1 ? Standing::other_browser : Standing::over;
}

void LoginStore::look(redis::Pipeline& pipeline, const std::string& uuid,
                      std::function<void()> found) const {
  pipeline.send({"EXISTS", keys_.code(uuid), keys_.outcome(uuid)},
                [found = std::move(found)](const redis::Value* reply) {
                  if (reply != nullptr && reply->integer > 0) found();
                });
}

std::variant<std::monostate, Claim, Ended> LoginStore::claim(const PendingLogin& login,
                                                             std::chrono::milliseconds life) {
  const std::string& uuid = login.uuid;
  const std::string code_key = keys_.code(uuid), claim_key = keys_.claim(uuid),
                    grant = keys_.grant(uuid), browser = keys_.browser(uuid),
                    ended = keys_.outcome(uuid), start = keys_.start(uuid), link = keys_.link(uuid);
  UncertainClaims::Owners claimant = uncertain_.take(uuid);
  const std::string milliseconds = std::to_string(life.count());
  const std::vector<std::string> owner = owner_arguments(login);
  redis::Value found;
  try {
    found = redis_.run(claim_script(), {code_key, claim_key, grant, browser, ended, start, link},
                       joined({claimant.next, claimant.left, milliseconds}, owner));
  } catch (const Error&) {
    uncertain_.put(uuid, std::move(claimant), life);
    throw;
  }

  if (found.array.size() == 1) {
    const std::string& text = found.array[0].text;
    return Ended{text.substr(text.find('\n') + 1)};
  }
  if (found.array.size() != 4) {
    // Another browser's poll takes nothing from the one that may go on.
    if (!claimant.left.empty()) uncertain_.put(uuid, std::move(claimant), life);
    return std::monostate();
  }
  const std::string& code = found.array[0].text;
  // What belongs to an earlier code for the same uuid does not count.
  const std::string& exchanged = found.array[1].text;
  const bool of_this_code = exchanged.starts_with(code + "\n");
  return Claim(redis_, uncertain_,
               {.keys = &keys_,
                .uuid = uuid,
                .owner = std::move(claimant.next),
                .code = code,
                .exchanged = of_this_code ? exchanged.substr(code.size() + 1) : "",
                .start = parse_start(found.array[2].text),
                .link = whole_number(found.array[3].text),
                .life = life,
                .bound = login.cookie.has_value()});
}

}  // namespace scanlogin
