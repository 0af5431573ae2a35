// The body of WeChat's reply about a person, whose nickname and picture are what the person likes.
// The first byte says whether the grant it is about named a unionid (1) or not (0).

#include "base/error.h"
#include "domain/providers/weixin_replies.h"
#include "fuzz/fuzz.h"

namespace scanlogin::weixin {
namespace {

using fuzz::check;

const AccessGrant& grant_of(bool with_unionid) {
  static const AccessGrant with{.access_token = "AT", .openid = "o6_o", .unionid = "o6_u"};
  static const AccessGrant without{.access_token = "AT", .openid = "o6_o", .unionid = ""};
  return with_unionid ? with : without;
}

bool is_picture(std::string_view url) {
  return (url.starts_with("https://") || url.starts_with("http://")) && fuzz::is_plain(url) &&
         url.find_first_of(" \"'<>\\`") == std::string_view::npos;
}

void check_reply(const Person& person, const AccessGrant& grant) {
  const Identity& openid = person.identities.back();
  check(openid.type == "wx_openid" && openid.id == grant.openid,
        "the person is the one the grant is for");
  const Identity& first = person.identities.front();
  check(grant.unionid.empty() || (first.type == "weixin" && first.id == grant.unionid),
        "the person has the unionid the grant names, as the stronger identity");
  check(person.identities.size() <= 2, "there are two identities at the most");
  check(fuzz::is_plain(person.nickname), "a nickname is plain text");
  check(person.avatar_url.empty() || is_picture(person.avatar_url),
        "only a web address is a picture");
}

void check_reply(const Refusal& refusal, const AccessGrant&) {
  check(refusal.code != decltype(refusal.code)(std::int64_t{0}), "errcode 0 is success");
  check(utf8_valid(refusal.msg), "an errmsg is UTF-8");
}

void read(std::string_view body, const AccessGrant& grant) {
  try {
    std::visit([&](const auto& reply) { check_reply(reply, grant); },
               parse_person(body, grant, kWebsiteOpenid));
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is WeChat's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
  }
}

}  // namespace
}  // namespace scanlogin::weixin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::fuzz::Input input(data, size);
  const bool with_unionid = input.choice(2) == 1;
  scanlogin::weixin::read(input.rest(), scanlogin::weixin::grant_of(with_unionid));
  return 0;
}
