// What WeCom replies, or whoever stands in between. The first byte says to what:
//   0  gettoken
//   1  getuserinfo
//   2  user/get, asked about "ZhangSan"

#include "base/error.h"
#include "domain/providers/wecom_replies.h"
#include "fuzz/fuzz.h"

namespace scanlogin::wecom {
namespace {

using fuzz::check;

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_reply(const AppToken::Fetched& fetched) {
  check(!fetched.token.empty() && fetched.token.size() <= 2048 && is_visible(fetched.token),
        "an app token fits a URL and a line");
  check(fetched.life.count() > 0 && fetched.life <= std::chrono::hours(24 * 30),
        "an app token has a life");
}

void check_reply(const std::string& userid) {
  check(is_userid(userid) && userid.size() <= 64 && is_visible(userid), "a userid fits its column");
}

void check_reply(const Profile& profile) {
  check(fuzz::is_plain(profile.nickname), "a nickname is plain text");
  const std::string& url = profile.avatar_url;
  check(url.empty() || ((url.starts_with("https://") || url.starts_with("http://")) &&
                        fuzz::is_plain(url) && url.find_first_of(" \"'<>\\`") == std::string::npos),
        "only a web address is a picture");
  check(profile.gender.empty() || profile.gender == "男" || profile.gender == "女",
        "a gender is one of two, or none");
}

void check_reply(const Refusal& refusal) {
  const auto* errcode = std::get_if<std::int64_t>(&refusal.code);
  if (errcode == nullptr) {
    check(std::get<std::string>(refusal.code) == "not-a-member" && !refusal.operators_mistake,
          "what is no errcode is an outsider");
    return;
  }
  check(*errcode != 0, "errcode 0 is success");
  check(refusal.passes == passes(*errcode), "what passes is known by its errcode");
  check(!refusal.passes || !refusal.operators_mistake, "what passes is nobody's to mend");
  check(!is_operators_error(*errcode) || refusal.operators_mistake, "the operator is told");
  check(fuzz::is_plain(refusal.msg), "a refusal's text is plain");
}

template <class Parse>
void read(const Parse& parse) {
  try {
    std::visit([](const auto& reply) { check_reply(reply); }, parse());
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is WeCom's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
  }
}

}  // namespace
}  // namespace scanlogin::wecom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin::wecom;
  scanlogin::fuzz::Input input(data, size);
  const unsigned choice = input.choice(3);
  const std::string_view body = input.rest();
  if (choice == 0) {
    read([&] { return parse_app_token(body); });
  } else if (choice == 1) {
    read([&] { return parse_member(body); });
  } else {
    read([&] { return parse_profile(body, "ZhangSan"); });
  }
  return 0;
}
