#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/base64url.h"
#include "base/json.h"
#include "client.h"

namespace scanlogin::load {

// A token, and what is known of it.
struct Session {
  std::string token;
  std::string person;
  int losses = 0;    // of Redis, before it was given out
  bool sure = true;  // nothing has happened that may have ended it
  std::int64_t user = 0;
  std::string username;

  Session(std::string a_token, std::string a_person, int losses_before)
      : token(std::move(a_token)), person(std::move(a_person)), losses(losses_before) {
    const std::size_t begin = token.find('.') + 1;
    const auto text = base64url_decode(token.substr(begin, token.find('.', begin) - begin));
    const auto claims = Json::parse(text.value_or(""));
    if (!claims) return;
    user = claims->integer("id").value_or(0);
    username = claims->string("username").value_or("");
  }

  // What `current` answers: this beginning and this end, and between them the picture's URL.
  std::string profile_begin() const {
    return R"(200 {"code":200,"data":{"id":)" + std::to_string(user) + R"(,"username":")" +
           username + R"(","nickname":"用户)" + person + R"(","avatar_url":"http)";
  }
  static constexpr std::string_view kProfileEnd = R"(","gender":"","phone_number":""}})";
};

// Questions about sessions, judged.
class SessionChecks {
 public:
  SessionChecks(Client& client, const Faults& faults) : client_(client), faults_(faults) {}

  // False if the session turned out to be over, as it may be once something was in doubt.
  bool lives(Session& session) {
    const Exchange asked = client_.ask("GET", kCurrent, session.token);
    if (asked.unavailable) return true;
    if (is_denial(asked.text) && !is_sure(session)) return false;
    if (asked.text.starts_with(session.profile_begin()) &&
        asked.text.ends_with(Session::kProfileEnd)) {
      client_.good(Kind::live);
    } else {
      client_.wrong("a live token", session.profile_begin(), asked.text);
    }
    return true;
  }

  void is_dead(const std::string& token) {
    Exchange asked = client_.ask("GET", kCurrent, token);
    if (is_denial(asked.text)) asked.text = kDenied;
    client_.expect(Kind::dead, "a dead token", kDenied, asked);
  }

  // False as long as it is not known whether the session is over.
  bool log_out(Session& session) {
    const Exchange asked = client_.ask("POST", kLogout, session.token);
    if (asked.unavailable) {
      session.sure = false;
      return false;
    }
    const bool before_already = !is_sure(session) || (asked.allowed & kKilled) != 0;
    if (is_denial(asked.text) && before_already) return true;
    client_.expect(Kind::logout, "a logout", R"(200 {"code":200,"msg":"登出成功"})", asked);
    return true;
  }

 private:
  static constexpr const char* kCurrent = "/api/user/current/";
  static constexpr const char* kLogout = "/api/user/logout/";
  static constexpr const char* kDenied = R"(401 {"code":1001,"msg":"无效的token","reason":…})";

  // Of a session that is over, whoever ended it; of one that Redis has lost.
  static bool is_denial(const std::string& text) {
    for (const char* reason : {"replaced", "logged-out", "revoked", "unknown"}) {
      if (text ==
          R"(401 {"code":1001,"msg":"无效的token","reason":")" + std::string(reason) + "\"}") {
        return true;
      }
    }
    return false;
  }

  bool is_sure(const Session& session) const {
    return session.sure && session.losses == faults_.losses();
  }

  Client& client_;
  const Faults& faults_;
};

}  // namespace scanlogin::load
