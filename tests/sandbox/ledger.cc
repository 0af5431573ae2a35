#include "ledger.h"

#include "base/crypto.h"

namespace scanlogin::sandbox {
namespace {

constexpr std::size_t kMost = 100'000;
constexpr std::string_view kLettersAndDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string Ledger::mint(Script script, std::string appid) {
  std::string code = random_text(32, kLettersAndDigits);
  Grant grant;
  grant.script = std::move(script);
  grant.appid = std::move(appid);
  insert(code, std::move(grant));
  return code;
}

Grant& Ledger::at(const std::string& code, std::string_view origin) {
  const auto found = grants_.find(code);
  if (found != grants_.end()) return found->second;
  Grant grant;
  if (auto parsed = parse_test_code(code, origin)) {
    if (auto* fault = std::get_if<ScriptFault>(&*parsed)) {
      grant.problem = std::move(fault->problem);
    } else {
      grant.script = std::get<Script>(*std::move(parsed));
    }
  }
  return insert(code, std::move(grant));
}

const Grant* Ledger::find(const std::string& code) const {
  const auto found = grants_.find(code);
  return found == grants_.end() ? nullptr : &found->second;
}

Grant* Ledger::find_by_token(const std::string& access_token) {
  const auto found = code_of_token_.find(access_token);
  return found == code_of_token_.end() ? nullptr : &grants_.at(found->second);
}

void Ledger::spend(const std::string& code) {
  Grant& grant = grants_.at(code);
  grant.spent = true;
  grant.access_token = "sandbox_" + random_text(100, kLettersAndDigits);
  grant.token_issued = Grant::Clock::now();
  code_of_token_.emplace(grant.access_token, code);
}

Grant& Ledger::insert(const std::string& code, Grant grant) {
  if (oldest_first_.size() >= kMost) {
    const auto oldest = grants_.find(oldest_first_.front());
    code_of_token_.erase(oldest->second.access_token);
    grants_.erase(oldest);
    oldest_first_.pop_front();
  }
  oldest_first_.push_back(code);
  return grants_.emplace(code, std::move(grant)).first->second;
}

}  // namespace scanlogin::sandbox
