#include "domain/login/login_store.h"

#include <utility>

#include "domain/login/login_keys.h"

namespace scanlogin {
namespace {

const std::string kLife = std::to_string(login_keys::kCodeLife.count());

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

// A provider may send a code twice: once it has led to an outcome, a poll has to find that.
const redis::Script& store_script() {
  static const redis::Script script(std::string(login_keys::kText) + kMine + R"(
    if not mine(KEYS[2], ARGV[3], 4) then return 0 end
    local ended = text(KEYS[3])
    if ended and string.sub(ended, 1, #ARGV[1] + 1) == ARGV[1] .. '\n' then return 1 end
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
    return 1)");
  return script;
}

const redis::Script& end_script() {
  static const redis::Script script(std::string(login_keys::kText) + kMine + R"(
    if not mine(KEYS[1], ARGV[3], 4) then return 0 end
    if redis.call('SET', KEYS[2], '\n' .. ARGV[1], 'EX', ARGV[2], 'NX') then
      redis.call('EXPIRE', KEYS[1], ARGV[2])
    end
    return 1)");
  return script;
}

// A claim that is the caller's own is granted again: the command may be sent twice when a
// connection dies. So is one that this process has left (UncertainClaims).
const redis::Script& claim_script() {
  static const redis::Script script(std::string(login_keys::kText) + kMine + R"(
    if not mine(KEYS[4], ARGV[4], 5) then return false end
    local code = text(KEYS[1])
    if not code then
      local ended = text(KEYS[5])
      return ended and {ended}
    end
    local owner = text(KEYS[2])
    if owner and owner ~= ARGV[1] and owner ~= ARGV[2] then return false end
    redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
    return {code, text(KEYS[3]) or ''})");
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

redis::Arguments joined(redis::Arguments first, const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

void LoginStore::begin(std::string_view uuid, std::string_view secret_hash) {
  redis_.command({"SET", login_keys::browser(uuid), secret_hash, "EX", kLife});
}

bool LoginStore::store(const PendingLogin& login, std::string_view code) {
  const std::string key = login_keys::code(login.uuid);
  const std::string browser = login_keys::browser(login.uuid);
  const std::string outcome = login_keys::outcome(login.uuid);
  const std::vector<std::string> owner = owner_arguments(login);
  const redis::Value kept =
      redis_.run(store_script(), {key, browser, outcome}, joined({code, kLife}, owner));
  redis_.settle();
  return kept.integer == 1;
}

bool LoginStore::end(const PendingLogin& login, std::string_view outcome) {
  const std::string browser = login_keys::browser(login.uuid);
  const std::string key = login_keys::outcome(login.uuid);
  const std::vector<std::string> owner = owner_arguments(login);
  const redis::Value kept =
      redis_.run(end_script(), {browser, key}, joined({outcome, kLife}, owner));
  redis_.settle();
  return kept.integer == 1;
}

void LoginStore::look(redis::Pipeline& pipeline, const std::string& uuid,
                      std::function<void()> found) {
  pipeline.send({"EXISTS", login_keys::code(uuid), login_keys::outcome(uuid)},
                [found = std::move(found)](const redis::Value* reply) {
                  if (reply != nullptr && reply->integer > 0) found();
                });
}

std::variant<std::monostate, Claim, Ended> LoginStore::claim(const PendingLogin& login,
                                                             std::chrono::milliseconds life) {
  const std::string& uuid = login.uuid;
  const std::string code_key = login_keys::code(uuid), claim_key = login_keys::claim(uuid),
                    grant = login_keys::grant(uuid), browser = login_keys::browser(uuid),
                    ended = login_keys::outcome(uuid);
  UncertainClaims::Owners claimant = uncertain_.take(uuid);
  const std::string milliseconds = std::to_string(life.count());
  const std::vector<std::string> owner = owner_arguments(login);
  redis::Value found;
  try {
    found = redis_.run(claim_script(), {code_key, claim_key, grant, browser, ended},
                       joined({claimant.next, claimant.left, milliseconds}, owner));
  } catch (const Error&) {
    uncertain_.put(uuid, std::move(claimant), life);
    throw;
  }

  if (found.array.size() == 1) {
    const std::string& text = found.array[0].text;
    return Ended{text.substr(text.find('\n') + 1)};
  }
  if (found.array.size() != 2) {
    // Another browser's poll takes nothing from the one that may go on.
    if (!claimant.left.empty()) uncertain_.put(uuid, std::move(claimant), life);
    return std::monostate();
  }
  const std::string& code = found.array[0].text;
  // What belongs to an earlier code for the same uuid does not count.
  const std::string& exchanged = found.array[1].text;
  const bool of_this_code = exchanged.starts_with(code + "\n");
  return Claim(redis_, uncertain_,
               {.uuid = uuid,
                .owner = std::move(claimant.next),
                .code = code,
                .exchanged = of_this_code ? exchanged.substr(code.size() + 1) : "",
                .life = life,
                .bound = login.cookie.has_value()});
}

}  // namespace scanlogin
