// The body of WeChat's reply about a person, whose nickname and picture are what the person likes.
// The first byte says whether the grant it is about named a unionid (1) or not (0).

#include "base/error.h"
#include "domain/providers/weixin.h"
#include "fuzz/fuzz.h"

namespace scanlogin::weixin {
namespace {

using fuzz::check;

const Grant& grant_of(bool with_unionid) {
  static const Grant with{.access_token = "AT", .openid = "o6_o", .unionid = "o6_u"};
  static const Grant without{.access_token = "AT", .openid = "o6_o", .unionid = ""};
  return with_unionid ? with : without;
}

bool is_picture(std::string_view url) {
  return (url.starts_with("https://") || url.starts_with("http://")) && fuzz::is_plain(url) &&
         url.find_first_of(" \"'<>\\`") == std::string_view::npos;
}

void check_reply(const Person& person, const Grant& grant) {
  check(person.openid == grant.openid, "the person is the one the grant is for");
  check(person.unionid == grant.unionid || grant.unionid.empty(),
        "the person has the unionid the grant names");
  check(fuzz::is_plain(person.nickname), "a nickname is plain text");
  check(person.avatar_url.empty() || is_picture(person.avatar_url),
        "only a web address is a picture");
}

void check_reply(const Refusal& refusal, const Grant&) {
  check(refusal.errcode != 0, "errcode 0 is success");
  check(utf8_valid(refusal.errmsg), "an errmsg is UTF-8");
}

void check_reply(const Snapshot&, const Grant&) {}

void read(std::string_view body, const Grant& grant) {
  try {
    std::visit([&](const auto& reply) { check_reply(reply, grant); }, parse_person(body, grant));
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
