#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client.h"

namespace scanlogin::load {

inline const std::string kNothingScanned =
    R"(200 {"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"})";

// One login, from its uuid to its token. A fault may delay it, or end it; it knows which, and takes
// nothing else for an excuse.
class LoginAttempt {
 public:
  // name: of this attempt, a uuid that nobody else has. bound: begun at the server.
  LoginAttempt(Client& client, const Faults& faults, std::string name, bool bound)
      : client_(client), faults_(faults), uuid_(std::move(name)), code_(uuid_), bound_(bound) {}

  // The token; nothing if the login came to no end, for a fault's or the test's end's sake. go_on
  // is called before each repetition, and may put an end to them. directives: of the sandbox.
  std::optional<std::string> run(const std::string& person, const std::string& directives,
                                 const std::function<bool()>& go_on) {
    code_ = "test." + code_ + ".person=" + person + directives;
    if (bound_ && !begin(go_on)) return std::nullopt;
    if (!scan(go_on)) return std::nullopt;
    return poll(go_on);
  }

  // Whether it may have begun a session that it knows nothing of.
  bool in_doubt() const { return failed_; }
  // How often Redis had lost everything before it began.
  int losses() const { return losses_; }

 private:
  // 2 × WX_TIMEOUT_MS + 2 s by default, on however slow a machine.
  static constexpr std::chrono::seconds kClaimLife{120};
  static constexpr std::string_view kPath = "/api/user/login/wx/";

  bool redis_lost_it() const { return faults_.losses() != losses_; }

  bool begin(const std::function<bool()>& go_on) {
    do {
      const Exchange begun = client_.ask("POST", std::string(kPath));
      if (begun.unavailable) continue;
      constexpr std::string_view kBefore = R"(200 {"code":200,"data":{"uuid":")";
      constexpr std::size_t kLength = 32;
      const std::string set_cookie = begun.answer.header("Set-Cookie");
      if (!begun.text.starts_with(kBefore) || set_cookie.empty()) {
        client_.wrong("a login's beginning", "a uuid and a cookie", begun.text);
        return false;
      }
      client_.good(Kind::begin);
      uuid_ = begun.text.substr(kBefore.size(), kLength);
      cookie_ = set_cookie.substr(0, set_cookie.find(';'));
      return true;
    } while (go_on());
    return false;
  }

  // That it was not stored although it was answered 503, or stored twice, makes no difference.
  bool scan(const std::function<bool()>& go_on) {
    const std::string target = std::string(kPath) + "callback/?code=" + code_ + "&state=" + uuid_;
    do {
      const Exchange scanned = client_.ask("GET", target, "", cookie_);
      if (scanned.unavailable) continue;
      if (scanned.text.starts_with("200 <!DOCTYPE html>") &&
          scanned.text.find("微信登录成功") != std::string::npos) {
        client_.good(Kind::scan);
        return true;
      }
      if (!redis_lost_it()) client_.wrong("a scan", "the page of success", scanned.text);
      return false;
    } while (go_on());
    return false;
  }

  std::optional<std::string> poll(const std::function<bool()>& go_on) {
    do {
      const Exchange polled = ask(bound_ ? "&wait=2" : "");
      if (polled.unavailable) {
        fail(polled);
        continue;
      }
      constexpr std::string_view kBefore = R"(200 {"code":200,"data":{"token":")";
      if (polled.text.starts_with(kBefore)) {
        client_.good(Kind::login);
        ask_again(polled);
        return polled.text.substr(kBefore.size(), polled.text.rfind('"') - kBefore.size());
      }
      if (!may_yet_come(polled)) return std::nullopt;
    } while (go_on());
    return std::nullopt;
  }

  Exchange ask(const std::string& wait = "") {
    return client_.ask("GET", std::string(kPath) + "?uuid=" + uuid_ + wait, "", cookie_);
  }

  void fail(const Exchange& polled) {
    failed_ = true;
    claimed_until_ = Clock::now() + kClaimLife;
    code_may_be_used_ = code_may_be_used_ || (polled.allowed & kUsedCode) != 0;
    reply_may_be_lost_ = reply_may_be_lost_ || (polled.allowed & (kKilled | kCut)) != 0;
  }

  // Judges an answer without a token: whether there is any use in further polls.
  bool may_yet_come(const Exchange& polled) {
    constexpr std::string_view kUsed = R"(200 {"code":40163,"msg":"code been used)";
    // nginx asked the next process: the first one's claim is there.
    if ((polled.allowed & kKilled) != 0) fail(polled);
    if (polled.text == kNothingScanned) {
      if (redis_lost_it()) return false;
      if (failed_ && Clock::now() < claimed_until_) {
        client_.late("a login that waits for a claim's end");
        return true;
      }
      // The token was in the lost reply; only to a bound login it is given again.
      if (reply_may_be_lost_ && !bound_) return false;
    }
    if (polled.text.starts_with(kUsed) && code_may_be_used_) return false;
    client_.wrong("the poll behind a scan", "a token", polled.text);
    return false;
  }

  // To the browser that it is bound to a token is given again; of others there is nothing left.
  void ask_again(const Exchange& first) {
    if (faults_.allowed_since(begun_) != 0) return;
    const Exchange second = ask();
    if (redis_lost_it()) return;
    if (bound_) {
      client_.expect(Kind::login, "a bound login's poll once more", first.text, second);
    } else {
      client_.expect(Kind::nothing, "a poll behind the token", kNothingScanned, second);
    }
  }

  Client& client_;
  const Faults& faults_;
  std::string uuid_;
  std::string code_;
  const bool bound_;
  const int losses_ = faults_.losses();
  const Clock::time_point begun_ = Clock::now();
  std::string cookie_;
  bool failed_ = false;
  Clock::time_point claimed_until_;
  bool code_may_be_used_ = false;
  bool reply_may_be_lost_ = false;
};

}  // namespace scanlogin::load
