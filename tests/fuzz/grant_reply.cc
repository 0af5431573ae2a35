// The body of WeChat's reply to an exchange: from WeChat, or from whoever stands in between.

#include "api/login_response.h"
#include "base/error.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/weixin_replies.h"
#include "fuzz/fuzz.h"
#include "server/response.h"

namespace scanlogin::weixin {
namespace {

using fuzz::check;

bool is_identifier(std::string_view text, std::size_t longest) {
  return text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_reply(const AccessGrant& grant) {
  check(!grant.access_token.empty() && is_identifier(grant.access_token, 2048),
        "an access token is visible ASCII, of at most 2,048 bytes");
  check(!grant.openid.empty() && is_identifier(grant.openid, 200), "an openid fits its column");
  check(is_identifier(grant.unionid, 200), "a unionid fits its column");
  const AccessGrant kept = std::get<AccessGrant>(parse_grant(to_text(grant)));
  check(kept.access_token == grant.access_token && kept.openid == grant.openid &&
            kept.unionid == grant.unionid && kept.silent == grant.silent,
        "a grant survives being kept as text");
}

template <class Code>
void check_passed_on(const Code& code, const Refusal& refusal) {
  const Response passed_on = message_response(200, code, refusal.msg);
  const LoginOutcome kept = parse_outcome(to_text(LoginOutcome(refusal)), {}).value();
  const auto* same = std::get_if<Refusal>(&kept);
  check(same != nullptr && same->code == refusal.code && same->msg == refusal.msg,
        "a refusal survives being kept as text");
  check(login_response(kept, Config(), Request({}, "")).body == passed_on.body,
        "a refusal is passed on as it came");
}

void check_reply(const Refusal& refusal) {
  check(refusal.code != decltype(refusal.code)(std::int64_t{0}), "errcode 0 is success");
  check(utf8_valid(refusal.msg), "an errmsg is UTF-8");
  check(!refusal.passes, "a code may be spent");
  std::visit([&](const auto& code) { check_passed_on(code, refusal); }, refusal.code);
}

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
