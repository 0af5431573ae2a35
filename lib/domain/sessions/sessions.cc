#include "domain/sessions/sessions.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "domain/sessions/session_scripts.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestOriginField = 256;  // characters; a browser may send any length
constexpr std::size_t kIdDigits = 32;

// As Redis has them.
constexpr std::array<std::pair<Ending, std::string_view>, 5> kEndings = {
    {{Ending::replaced, "replaced"},
     {Ending::logged_out, "logged-out"},
     {Ending::revoked, "revoked"},
     {Ending::disabled, "disabled"},
     {Ending::expired, "expired"}}};

std::string_view name_of(Ending how) {
  for (const auto& [ending, name] : kEndings) {
    if (ending == how) return name;
  }
  return {};
}

std::optional<Ending> ending_of(std::string_view text) {
  for (const auto& [ending, name] : kEndings) {
    if (name == text) return ending;
  }
  return std::nullopt;
}

// What session_scripts::use() says.
bool is_good(const redis::Value& found) { return found.type == redis::Value::Type::integer; }

struct Keys {
  explicit Keys(std::int64_t user)
      : sessions(Sessions::key(user)),
        seen("userSeen_{" + sessions + "}"),
        ended("userEnded_{" + sessions + "}") {}
  const std::string sessions;
  const std::string seen;
  const std::string ended;
};

std::string id_of(std::string_view field) { return std::string(field.substr(0, kIdDigits)); }

// `began` in whole seconds is what the versions before wrote; `us`, its microseconds, tells two
// logins of one second apart.
std::string describe(const Sessions::Beginning& beginning, jwt::Time exp) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto cut = [](const std::string& text) {
    return std::string(utf8_cut(utf8_scrub(text), kLongestOriginField));
  };
  return Json::object()
      .with("began", std::int64_t{second.time_since_epoch().count()})
      .with("us", std::int64_t{(now - second).count()})
      .with("address", cut(beginning.origin.address))
      .with("user_agent", cut(beginning.origin.user_agent))
      .with("provider", beginning.provider)
      .with("exp", std::int64_t{exp.time_since_epoch().count()})
      .text();
}

Session parse_session(const redis::Value& field, const redis::Value& text,
                      const redis::Value& seen) {
  const Json json = Json::parse(text.text).value_or(Json::object());
  return {.id = id_of(field.text),
          .began = json.integer("began").value_or(0),
          .seen = whole_number(seen.text),
          .address = json.string("address").value_or(""),
          .user_agent = json.string("user_agent").value_or(""),
          .provider = json.string("provider").value_or("")};
}

}  // namespace

Json to_json(const Session& session) {
  Json json = Json::object().with("id", session.id).with("began", json_time(session.began));
  json = session.seen ? std::move(json).with("seen", json_time(*session.seen))
                      : std::move(json).with("seen", nullptr);
  return std::move(json)
      .with("address", session.address)
      .with("user_agent", session.user_agent)
      .with("provider", session.provider);
}

std::int64_t Sessions::user_of(std::string_view key) {
  if (!key.starts_with(kKeyPrefix)) return 0;
  return whole_number(key.substr(kKeyPrefix.size())).value_or(0);
}

std::string session_id(std::string_view token) { return id_of(sha256_hex(token)); }

redis::Value Sessions::run(const redis::Script& script, std::int64_t user,
                           const redis::Arguments& arguments, redis::Until until) {
  const Keys keys(user);
  return redis_.run(script, {keys.sessions, keys.seen, keys.ended}, arguments, until);
}

std::optional<std::vector<std::string>> Sessions::begin(std::int64_t user, std::string_view token,
                                                        jwt::Time exp, const Beginning& beginning,
                                                        int devices, std::int64_t by) {
  const std::string until = std::to_string(exp.time_since_epoch().count());
  const redis::Value left = run(session_scripts::begin(), user,
                                {sha256_hex(token), describe(beginning, exp), until,
                                 std::to_string(devices), idle_, std::to_string(by)});
  if (left.is_nil()) return std::nullopt;
  std::vector<std::string> ids;
  for (const redis::Value& field : left.array) ids.push_back(id_of(field.text));
  return ids;
}

void Sessions::withdraw(std::int64_t user, std::string_view token) {
  run(session_scripts::withdraw(), user, {sha256_hex(token)});
}

Sessions::Use Sessions::use(std::int64_t user, std::string_view token) {
  const redis::Value found =
      run(session_scripts::use(), user, {sha256_hex(token), idle_}, redis::Until::answered);
  return {.good = is_good(found),
          .ended = ending_of(found.text),
          .noted = std::chrono::seconds(found.integer)};
}

std::vector<Session> Sessions::list(std::int64_t user) {
  const redis::Value flat = run(session_scripts::list(), user, {idle_}, redis::Until::answered);
  std::vector<Session> sessions;
  for (std::size_t i = 0; i + 2 < flat.array.size(); i += 3) {
    sessions.push_back(parse_session(flat.array[i], flat.array[i + 1], flat.array[i + 2]));
  }
  std::reverse(sessions.begin(), sessions.end());
  return sessions;
}

bool Sessions::has(std::int64_t user, std::string_view id) {
  const std::vector<Session> all = list(user);
  return std::any_of(all.begin(), all.end(), [id](const Session& one) { return one.id == id; });
}

void Sessions::end(std::int64_t user, std::string_view id, Ending how) {
  run(session_scripts::end(), user, {id, name_of(how)});
}

void Sessions::end_all(std::int64_t user, Ending how, std::string_view own) {
  run(session_scripts::end_all(), user, {name_of(how), own, name_of(Ending::logged_out)});
}

void Sessions::note_use(redis::Pipeline& pipeline, std::int64_t user, std::string_view token,
                        std::function<void()> not_good) const {
  const Keys keys(user);
  const std::string field = sha256_hex(token);
  pipeline.run(session_scripts::use(), {keys.sessions, keys.seen, keys.ended}, {field, idle_},
               [not_good = std::move(not_good)](const redis::Value* found) {
                 if (found != nullptr && !is_good(*found)) not_good();
               });
}

void Sessions::look(redis::Pipeline& pipeline, std::int64_t user, std::string_view token,
                    std::function<void(const std::optional<Sight>&)> handler) {
  const Keys keys(user);
  const std::string field = sha256_hex(token);
  const auto there = std::make_shared<std::optional<bool>>();
  pipeline.send({"HEXISTS", keys.sessions, field}, [there](const redis::Value* reply) {
    if (reply != nullptr) *there = reply->integer == 1;
  });
  pipeline.send({"HGET", keys.seen, field},
                [there, handler = std::move(handler)](const redis::Value* reply) {
                  if (reply == nullptr || !*there) return handler(std::nullopt);
                  handler(Sight{.there = **there, .seen = whole_number(reply->text)});
                });
}

}  // namespace scanlogin
