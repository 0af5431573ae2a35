// The body of WeChat's reply to an exchange: from WeChat, or from whoever stands in between.

#include "base/error.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/weixin.h"
#include "fuzz/fuzz.h"
#include "server/response.h"

namespace scanlogin::weixin {
namespace {

using fuzz::check;

bool is_identifier(std::string_view text, std::size_t longest) {
  return text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_reply(const Grant& grant) {
  check(!grant.access_token.empty() && is_identifier(grant.access_token, 2048),
        "an access token is visible ASCII, of at most 2,048 bytes");
  check(!grant.openid.empty() && is_identifier(grant.openid, 200), "an openid fits its column");
  check(is_identifier(grant.unionid, 200), "a unionid fits its column");
  const Grant kept = std::get<Grant>(parse_grant(to_text(grant)));
  check(kept.access_token == grant.access_token && kept.openid == grant.openid &&
            kept.unionid == grant.unionid,
        "a grant survives being kept as text");
}

void check_reply(const Refusal& refusal) {
  check(refusal.errcode != 0, "errcode 0 is success");
  check(utf8_valid(refusal.errmsg), "an errmsg is UTF-8");
  const Response passed_on = reply(200, refusal.errcode, refusal.errmsg);
  const std::optional<Json> json = Json::parse(passed_on.body);
  check(json && json->integer("code") == refusal.errcode && json->string("msg") == refusal.errmsg,
        "a refusal is passed on as it came");
  const LoginOutcome kept = parse_outcome(to_text(LoginOutcome(refusal)), {}).value();
  const auto* same = std::get_if<Refusal>(&kept);
  check(same != nullptr && same->errcode == refusal.errcode && same->errmsg == refusal.errmsg,
        "a refusal survives being kept as text");
}

void check_reply(const Snapshot&) {}

// Whether the body can be read as a reply.
bool read(std::string_view body) {
  try {
    std::visit([](const auto& reply) { check_reply(reply); }, parse_grant(body));
    return true;
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is WeChat's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
    return false;
  }
}

void read_both_ways(std::string_view body) {
  check(read(body) == read(utf8_scrub(body)), "bytes that are not UTF-8 are replaced");
}

}  // namespace
}  // namespace scanlogin::weixin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::weixin::read_both_ways(scanlogin::fuzz::Input(data, size).rest());
  return 0;
}
