#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "script.h"

namespace scanlogin::sandbox {

// A code and what became of it.
struct Grant {
  using Clock = std::chrono::steady_clock;

  std::optional<Script> script;  // nothing: a code that WeChat never gave out
  std::string appid;             // whose code it is; empty: a test's, which nobody has asked about
  std::string problem;           // with a test's code: what is wrong with its directives
  Clock::time_point minted = Clock::now();
  bool spent = false;
  std::string access_token;  // once spent
  Clock::time_point token_issued{};
  int access_token_calls = 0;
  int userinfo_calls = 0;
};

// The codes and access tokens there are, the newest 100,000. Not thread-safe: the server's loop
// alone uses it, which is what makes spending a code atomic.
// A reference or pointer it gives is good until its next call.
class Ledger {
 public:
  static constexpr std::chrono::hours kTokenLife{2};

  // A new code of this app, 32 random letters and digits.
  std::string mint(Script script, std::string appid);
  // The code's entry, made at first sight: a test's own code is as good as a minted one.
  Grant& at(const std::string& code, std::string_view origin);
  // Nothing if the code was never seen.
  const Grant* find(const std::string& code) const;
  Grant* find_by_token(const std::string& access_token);
  // The code is spent: it has an access token from here on.
  void spend(const std::string& code);

 private:
  Grant& insert(const std::string& code, Grant grant);

  std::unordered_map<std::string, Grant> grants_;
  std::unordered_map<std::string, std::string> code_of_token_;
  std::deque<std::string> oldest_first_;
};

}  // namespace scanlogin::sandbox
