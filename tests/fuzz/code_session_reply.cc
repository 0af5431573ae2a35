// The body of WeChat's reply to a mini-program's code: from WeChat, or from whoever stands in
// between.

#include "base/error.h"
#include "base/json.h"
#include "domain/providers/weixin_replies.h"
#include "fuzz/fuzz.h"

namespace scanlogin::weixin {
namespace {

using fuzz::check;

bool is_id(std::string_view text) {
  return text.size() <= 200 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_reply(const CodeSession& session) {
  check(!session.openid.empty() && is_id(session.openid), "an openid fits its column");
  check(is_id(session.unionid), "a unionid fits its column");
  const std::string text = to_text(session);
  check(!Json::parse(text)->has("session_key"), "the session key is not kept");
  const CodeSession kept = std::get<CodeSession>(parse_code_session(text));
  check(kept.openid == session.openid && kept.unionid == session.unionid && to_text(kept) == text,
        "a session survives being kept as text");
}

void check_reply(const Refusal& refusal) {
  if (!is_snapshot_user(refusal)) {
    const auto* errcode = std::get_if<std::int64_t>(&refusal.code);
    check(errcode != nullptr, "an errcode is a number, however it is written");
    check(*errcode != 0, "errcode 0 is success");
    check(refusal.operators_mistake == is_operators_error(*errcode), "the operator is told");
  }
  check(utf8_valid(refusal.msg), "an errmsg is UTF-8");
  check(!refusal.passes, "a code may be spent");
}

// Whether the body can be read as a reply.
bool read(std::string_view body) {
  try {
    std::visit([](const auto& reply) { check_reply(reply); }, parse_code_session(body));
    return true;
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is WeChat's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
    return false;
  }
}

}  // namespace
}  // namespace scanlogin::weixin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = scanlogin::fuzz::Input(data, size).rest();
  scanlogin::fuzz::check(
      scanlogin::weixin::read(body) == scanlogin::weixin::read(scanlogin::utf8_scrub(body)),
      "bytes that are not UTF-8 are replaced");
  return 0;
}
