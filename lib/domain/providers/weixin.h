#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/config.h"
#include "base/error.h"
#include "clients/http_client.h"
#include "domain/providers/person.h"

namespace scanlogin::weixin {

// WeChat answered with an error of its own: `errcode` is what counts, `errmsg` is for people and
// ends in a request id of WeChat's.
struct Refusal {
  std::int64_t errcode = 0;
  std::string errmsg;
};

// Whether only the operator can mend it: a wrong app id or secret.
bool is_operators_error(std::int64_t errcode) noexcept;

// Whether the same question may well be answered in a moment: WeChat is busy, or is asked too
// often. Not for the exchange of a code: that may have spent it all the same.
bool passes(std::int64_t errcode) noexcept;
// Such a refusal as what it is, WeChat out of reach for now: an Error(upstream).
Error busy(const Refusal& refusal);

// What a code was exchanged for. The access token is good for two hours.
struct Grant {
  std::string access_token;
  std::string openid;
  std::string unionid;  // empty if WeChat did not send one
};

// The person scanned in a mode where WeChat shows a made-up visitor instead.
struct Snapshot {};

// The replies of the two calls, from their bodies. Whatever Content-Type says they are JSON in
// UTF-8; raw control characters are dropped first, bytes that are not UTF-8 replaced. Throws
// Error(upstream) for what WeChat's documentation does not allow.
std::variant<Grant, Snapshot, Refusal> parse_grant(std::string_view body);
std::variant<Person, Snapshot, Refusal> parse_person(std::string_view body, const Grant& grant);

// A grant as text that parse_grant reads.
std::string to_text(const Grant& grant);

// WeChat's API for website logins (developers.weixin.qq.com/doc/oplatform/Website_App). Throws
// Error(upstream) when it is out of reach, slower than WX_TIMEOUT_MS, answers with another status
// than 200 or breaks its protocol.
class Api {
 public:
  explicit Api(const Config& config);

  // GET /sns/oauth2/access_token: a code is good once, for ten minutes.
  std::variant<Grant, Snapshot, Refusal> exchange(std::string_view code);
  // GET /sns/userinfo: who the grant is about.
  std::variant<Person, Snapshot, Refusal> person(const Grant& grant);

 private:
  std::string get(const std::string& path_and_query);

  const WeixinConfig config_;
  HttpClient http_;
};

}  // namespace scanlogin::weixin
