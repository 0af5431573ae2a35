// WeChat's two replies as they come over the wire, good and bad.

#include "domain/providers/weixin_replies.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "base/error.h"

namespace scanlogin::weixin {
namespace {

constexpr const char* kGrant =
    R"({"access_token":"AT","expires_in":7200,"refresh_token":"RT","openid":"o6_o",)"
    R"("scope":"snsapi_login","unionid":"o6_u"})";
constexpr const char* kPerson =
    R"({"openid":"o6_o","nickname":"张三","sex":1,"language":"","city":"","province":"",)"
    R"("country":"","headimgurl":"https:\/\/thirdwx.qlogo.cn\/mmopen\/vi_32\/x\/132",)"
    R"("privilege":[],"unionid":"o6_u"})";

AccessGrant the_grant() { return {.access_token = "AT", .openid = "o6_o", .unionid = "o6_u"}; }

// "TYPE ID" each, the strongest first.
std::vector<std::string> identities_of(const Person& person) {
  std::vector<std::string> all;
  for (const Identity& identity : person.identities)
    all.push_back(identity.type + " " + identity.id);
  return all;
}

std::int64_t errcode_in(const std::variant<AccessGrant, Refusal>& reply) {
  return std::get<std::int64_t>(std::get<Refusal>(reply).code);
}

Person person_in(const std::string& body) {
  return std::get<Person>(parse_person(body, the_grant(), kWebsiteOpenid));
}

// {"openid":"o6_o",MEMBERS}
std::string person_with(const std::string& members) {
  return R"({"openid":"o6_o",)" + members + "}";
}

void expect_broken_grant(const std::string& body) {
  try {
    parse_grant(body);
    ADD_FAILURE() << "accepted: " << body;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream) << body;
  }
}

void expect_broken_person(const std::string& body) {
  try {
    parse_person(body, the_grant(), kWebsiteOpenid);
    ADD_FAILURE() << "accepted: " << body;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream) << body;
  }
}

TEST(WeixinGrant, IsReadFromTheDocumentedReply) {
  const AccessGrant grant = std::get<AccessGrant>(parse_grant(kGrant));
  EXPECT_EQ(grant.access_token, "AT");
  EXPECT_EQ(grant.openid, "o6_o");
  EXPECT_EQ(grant.unionid, "o6_u");
}

TEST(WeixinGrant, MayLackAUnionid) {
  const auto grant = parse_grant(R"({"access_token":"AT","openid":"o6_o"})");
  EXPECT_EQ(std::get<AccessGrant>(grant).unionid, "");
}

TEST(WeixinGrant, SurvivesBeingKeptAsText) {
  const AccessGrant grant = std::get<AccessGrant>(parse_grant(to_text(the_grant())));
  EXPECT_EQ(grant.access_token, "AT");
  EXPECT_EQ(grant.openid, "o6_o");
  EXPECT_EQ(grant.unionid, "o6_u");
}

TEST(WeixinGrant, OfAVirtualVisitorIsNone) {
  const auto grant = parse_grant(R"({"access_token":"AT","openid":"o6_o","is_snapshotuser":1})");
  EXPECT_EQ(std::get<std::string>(std::get<Refusal>(grant).code), "snapshot-user");
  const auto real = parse_grant(R"({"access_token":"AT","openid":"o6_o","is_snapshotuser":0})");
  EXPECT_TRUE(std::holds_alternative<AccessGrant>(real));
}

TEST(WeixinGrant, IsRefusedWithWeChatsNumberAndText) {
  const auto grant = parse_grant(
      R"({"errcode":40029,"errmsg":"invalid code, hints: [ req_id: OsIKda0848th19 ]"})");
  EXPECT_EQ(errcode_in(grant), 40029);
  EXPECT_EQ(std::get<Refusal>(grant).msg, "invalid code, hints: [ req_id: OsIKda0848th19 ]");
  const auto busy = parse_grant(R"({"errcode":-1,"errmsg":"system error"})");
  EXPECT_EQ(errcode_in(busy), -1);
}

TEST(WeixinGrant, RefusedWithoutATextHasAnEmptyOne) {
  EXPECT_EQ(std::get<Refusal>(parse_grant(R"({"errcode":45009})")).msg, "");
}

TEST(WeixinGrant, ErrcodeZeroIsSuccess) {
  const auto grant =
      parse_grant(R"({"errcode":0,"errmsg":"ok","access_token":"AT","openid":"o6_o"})");
  EXPECT_TRUE(std::holds_alternative<AccessGrant>(grant));
}

TEST(WeixinGrant, OutsideTheProtocolIsAnUpstreamError) {
  for (const char* body : {
           "",
           "null",
           "[]",
           "\"ok\"",
           "{",
           "<html></html>",
           R"({"access_token":"AT"})",
           R"({"openid":"o6_o"})",
           R"({"access_token":"","openid":"o6_o"})",
           R"({"access_token":7,"openid":"o6_o"})",
           R"({"access_token":"AT","openid":["o6_o"]})",
           R"({"access_token":"AT","openid":"o6 o"})",
           R"({"access_token":"AT","openid":"o6é"})",
           R"({"errcode":"40029"})",
           R"({"errcode":1.5})",
           R"({"errcode":null})",
           "{}",
           R"({"access_token":"AT","openid":"o6_o","unionid":3})",
           R"({"access_token":"AT","openid":"o6_o"} {})",
           R"({"access_token":"AT","openid":"a","openid":"b"})",
       }) {
    expect_broken_grant(body);
  }
}

TEST(WeixinGrant, WithAnIdWiderThanItsColumnIsAnUpstreamError) {
  const auto with_openid = [](std::size_t length) {
    return R"({"access_token":"AT","openid":")" + std::string(length, 'o') + R"("})";
  };
  EXPECT_TRUE(std::holds_alternative<AccessGrant>(parse_grant(with_openid(200))));
  expect_broken_grant(with_openid(201));
}

TEST(WeixinPerson, IsReadFromTheDocumentedReply) {
  const Person person = person_in(kPerson);
  EXPECT_EQ(identities_of(person), (std::vector<std::string>{"weixin o6_u", "wx_openid o6_o"}));
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "https://thirdwx.qlogo.cn/mmopen/vi_32/x/132");
  EXPECT_EQ(person.gender, "男");
}

TEST(WeixinPerson, MayLackAllButTheOpenid) {
  const Person person = person_in(R"({"openid":"o6_o"})");
  EXPECT_EQ(identities_of(person).front(), "weixin o6_u") << "the grant's";
  EXPECT_EQ(person.nickname, "");
  EXPECT_EQ(person.avatar_url, "");
  EXPECT_EQ(person.gender, "");
}

TEST(WeixinPerson, KeepsEmojiAndDropsControlCharacters) {
  std::string raw =
      "\x01\x1f\t\n"
      "a\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
      "b";
  raw += '\0';
  EXPECT_EQ(person_in(person_with(R"("nickname":")" + raw + "\"")).nickname,
            "a\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
            "b");
  EXPECT_EQ(person_in(person_with(R"("nickname":"a\u0001\nb")")).nickname, "ab");
}

TEST(WeixinPerson, EscapesThatNameNoCharacterBecomeTheReplacementCharacter) {
  const auto nickname = [](const std::string& json) {
    return person_in(person_with(R"("nickname":")" + json + "\"")).nickname;
  };
  EXPECT_EQ(nickname(R"(a\u0000b)"), "a\uFFFDb");
  EXPECT_EQ(nickname(R"(\ud83d)"), "\uFFFD");
  EXPECT_EQ(nickname(R"(\ud83dx)"), "\uFFFDx");
  EXPECT_EQ(nickname(R"(\ude00\ud83d)"), "\uFFFD\uFFFD");
  EXPECT_EQ(nickname(R"(\ud83d\ud83d\ude00)"), "\uFFFD\U0001F600");
  EXPECT_EQ(nickname(R"(\uD83D\uDE00\u0041)"), "\U0001F600A");
  EXPECT_EQ(nickname(R"(\\u0000)"), R"(\u0000)") << "an escaped backslash, then text";
}

TEST(WeixinPerson, InvalidUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(person_in(person_with("\"nickname\":\"a\xf0\x9f\"")).nickname, "a\uFFFD\uFFFD");
}

TEST(WeixinPerson, OnlyAWebAddressIsAPicture) {
  const auto picture = [](const std::string& url) {
    return person_in(person_with(R"("headimgurl":")" + url + "\"")).avatar_url;
  };
  EXPECT_EQ(picture("http://a/b"), "http://a/b");
  for (const char* url :
       {"", "javascript:alert(1)", "//a/b", "data:image/png,x", "https://a/<b>", "https://a/b c",
        "https://a/'b", R"(https://a/\"b)", R"(https://a/\nb)", R"(https://a/\u007fb)"}) {
    EXPECT_EQ(picture(url), "") << url;
  }
}

TEST(WeixinPerson, OfAnotherTypeThanExpectedIsTakenAsAbsent) {
  const Person person = person_in(person_with(R"("nickname":5,"headimgurl":[],"sex":"1")"));
  EXPECT_EQ(person.nickname, "");
  EXPECT_EQ(person.avatar_url, "");
  EXPECT_EQ(person.gender, "");
}

TEST(WeixinPerson, HasToBeTheOneTheGrantIsFor) {
  expect_broken_person(R"({"openid":"o6_other"})");
  expect_broken_person(R"({"openid":"o6_o","unionid":"o6_other"})");
  expect_broken_person(R"({"nickname":"x"})");
}

TEST(WeixinPerson, IsRefusedWithWeChatsNumberAndText) {
  const auto person =
      parse_person(R"({"errcode":42001,"errmsg":"expired"})", the_grant(), kWebsiteOpenid);
  EXPECT_EQ(std::get<std::int64_t>(std::get<Refusal>(person).code), 42001);
}

TEST(WeixinErrors, ThatOnlyTheOperatorCanMendAreKnown) {
  for (const int errcode : {40001, 40013, 40125}) EXPECT_TRUE(is_operators_error(errcode));
  for (const int errcode : {-1, 0, 40029, 40163, 45009}) EXPECT_FALSE(is_operators_error(errcode));
}

TEST(WeixinErrors, OfWhoSomebodyIsMayPassAndOfACodeNever) {
  for (const int errcode : {-1, 45009, 45011, 40003}) {
    const std::string body = R"({"errcode":)" + std::to_string(errcode) + "}";
    EXPECT_FALSE(std::get<Refusal>(parse_grant(body)).passes) << errcode;
    EXPECT_EQ(std::get<Refusal>(parse_person(body, the_grant(), kWebsiteOpenid)).passes,
              errcode != 40003)
        << errcode;
  }
}

}  // namespace
}  // namespace scanlogin::weixin
