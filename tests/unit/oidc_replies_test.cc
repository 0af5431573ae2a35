// The replies of the token and userinfo endpoints as they come over the wire, good and bad.
#include "domain/providers/oidc_replies.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace scanlogin::oidc {
namespace {

constexpr const char* kTokens =
    R"({"access_token":"AT","token_type":"Bearer","expires_in":3600,"id_token":"a.b.c"})";

template <class Read>
std::string error_of(const Read& read) {
  try {
    read();
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream);
    return error.what();
  }
}
std::string token_error(const std::string& body, long status = 200) {
  return error_of([&] { parse_token_reply({status, body}); });
}
std::string userinfo_error(const std::string& body, long status = 200) {
  return error_of([&] { parse_userinfo({status, body}, "me"); });
}

TEST(TokenReply, HasBothTokens) {
  const auto reply = std::get<TokenReply>(parse_token_reply({200, kTokens}));
  EXPECT_EQ(reply.access_token, "AT");
  EXPECT_EQ(reply.id_token, "a.b.c");
  EXPECT_EQ(token_error(R"({"access_token":"AT","token_type":"bearer","id_token":"a.b.c"})"),
            "none");
}

Refusal refusal_in(long status, const std::string& body) {
  return std::get<Refusal>(parse_token_reply({status, body}));
}

TEST(TokenReply, RefusesTheCode) {
  for (const long status : {400L, 401L, 403L, 200L}) {
    const Refusal refusal =
        refusal_in(status, R"({"error":"invalid_grant","error_description":"code\n used"})");
    EXPECT_EQ(std::get<std::string>(refusal.code), "invalid_grant");
    EXPECT_EQ(refusal.msg, "code used");
    EXPECT_EQ(refusal.call, "token");
    EXPECT_FALSE(refusal.operators_mistake);
    EXPECT_FALSE(refusal.passes);
  }
}

TEST(TokenReply, RefusesTheSite) {
  for (const char* error : {"invalid_client", "unauthorized_client"}) {
    const Refusal refusal = refusal_in(401, "{\"error\":\"" + std::string(error) + "\"}");
    EXPECT_EQ(std::get<std::string>(refusal.code), error);
    EXPECT_EQ(refusal.msg, "");
    EXPECT_TRUE(refusal.operators_mistake);
  }
}

TEST(TokenReply, ADescriptionIsCut) {
  std::string description;
  for (int i = 0; i < 300; ++i) description += "号";
  const Refusal refusal =
      refusal_in(400, R"({"error":"invalid_grant","error_description":")" + description + "\"}");
  EXPECT_EQ(refusal.msg, description.substr(0, 600));
  EXPECT_EQ(refusal_in(400, R"({"error":"invalid_grant","error_description":1})").msg, "");
}

TEST(TokenReply, OfAnotherErrorIsNoRefusal) {
  const std::string reply = "the reply of the token endpoint ";
  EXPECT_EQ(token_error(R"({"error":"server_error"})", 400), reply + "is the error server_error");
  EXPECT_EQ(token_error(R"({"error":"invalid_request"})", 400),
            reply + "is the error invalid_request");
  EXPECT_EQ(token_error(R"({"error":"invalid_grant"})", 503), reply + "has status 503");
  EXPECT_EQ(token_error(R"({"error":{"code":1}})", 400),
            reply + "is the error of an unusable name");
  EXPECT_EQ(token_error(R"({"error":"a\nb"})", 400), reply + "is the error of an unusable name");
  EXPECT_EQ(token_error("{\"error\":\"" + std::string(65, 'e') + "\"}", 400),
            reply + "is the error of an unusable name");
}

TEST(TokenReply, OfAnotherFormIsRefused) {
  const std::string reply = "the reply of the token endpoint ";
  EXPECT_EQ(token_error("<html>"), reply + "is not a JSON object");
  EXPECT_EQ(token_error("[]"), reply + "is not a JSON object");
  EXPECT_EQ(token_error("access_token=AT&token_type=bearer"), reply + "is not a JSON object");
  EXPECT_EQ(token_error(kTokens + std::string(128 * 1024, ' ')), reply + "is not a JSON object");
  EXPECT_EQ(token_error(kTokens, 201), reply + "has status 201");
  EXPECT_EQ(token_error(kTokens, 302), reply + "has status 302");
  EXPECT_EQ(token_error("", 500), reply + "has status 500");
  EXPECT_EQ(token_error(R"({"access_token":"AT","id_token":"a.b.c"})"),
            reply + "has a token_type other than Bearer");
  EXPECT_EQ(token_error(R"({"access_token":"AT","token_type":"mac","id_token":"a.b.c"})"),
            reply + "has a token_type other than Bearer");
  EXPECT_EQ(token_error(R"({"access_token":"AT","token_type":"Bearer"})"),
            reply + "has no id_token");
  EXPECT_EQ(token_error(R"({"access_token":"AT","token_type":"Bearer","id_token":["a.b.c"]})"),
            reply + "has no id_token");
  for (const std::string& token :
       std::vector<std::string>{"", "a b", "a\\r\\nX: y", "é", std::string(8193, 'a')}) {
    EXPECT_EQ(token_error(R"({"token_type":"Bearer","id_token":"a.b.c","access_token":")" + token +
                          "\"}"),
              reply + "has no usable access_token")
        << token;
  }
}

TEST(Userinfo, GivesNameAndPicture) {
  const auto profile = [](const std::string& members) {
    return std::get<Profile>(parse_userinfo({200, R"({"sub":"me")" + members + "}"}, "me"));
  };
  const Profile full = profile(R"(,"name":"张\n三","picture":"https://a.example/p.png")");
  EXPECT_EQ(full.nickname, "张三");
  EXPECT_EQ(full.avatar_url, "https://a.example/p.png");
  EXPECT_EQ(profile(R"(,"nickname":"n","preferred_username":"p")").nickname, "n");
  EXPECT_EQ(profile(R"(,"name":"","preferred_username":"p")").nickname, "p");
  EXPECT_EQ(profile(R"(,"name":1,"picture":1)").nickname, "");
  EXPECT_EQ(profile("").avatar_url, "");
  EXPECT_EQ(profile(R"x(,"picture":"javascript:alert()")x").avatar_url, "");
  EXPECT_EQ(profile(R"(,"picture":"https://a/\">")").avatar_url, "");
  EXPECT_EQ(profile(R"(,"picture":"https://a/)" + std::string(2048, 'a') + "\"").avatar_url, "");
}

TEST(Userinfo, AboutSomebodyElseIsRefused) {
  const std::string other = "the reply of the userinfo endpoint is not about the id_token's sub";
  for (const char* body : {"{}", R"({"sub":"you"})", R"({"sub":"ME"})", R"({"sub":"me "})",
                           R"({"sub":["me"]})", R"({"sub":null})", R"({"name":"me"})"}) {
    EXPECT_EQ(userinfo_error(body), other) << body;
  }
}

TEST(Userinfo, OfAnotherFormIsRefused) {
  const std::string reply = "the reply of the userinfo endpoint ";
  for (const char* body : {"", "a.b.c", "[]", R"({"sub":"me","sub":"me"})"}) {
    EXPECT_EQ(userinfo_error(body), reply + "is not a JSON object") << body;
  }
  EXPECT_EQ(userinfo_error(R"({"sub":"me"})", 500), reply + "has status 500");
  EXPECT_EQ(userinfo_error(R"({"sub":"me"})", 429), reply + "has status 429");
}

TEST(Userinfo, RefusesTheToken) {
  const auto refusal = [](long status) {
    return std::get<Refusal>(parse_userinfo({status, "{}"}, "me"));
  };
  EXPECT_EQ(std::get<std::string>(refusal(401).code), "invalid_token");
  EXPECT_FALSE(refusal(401).operators_mistake);
  EXPECT_EQ(std::get<std::string>(refusal(403).code), "insufficient_scope");
  EXPECT_TRUE(refusal(403).operators_mistake);
}

KeptGrant grant() {
  return {.issuer = "https://op.example.com",
          .subject = "me",
          .access_token = "AT",
          .profile = {.nickname = "张三", .avatar_url = "https://a.example/p"}};
}

TEST(KeptGrant, IsReadAsItWasWritten) {
  for (const char* token : {"AT", ""}) {
    KeptGrant kept = grant();
    kept.access_token = token;
    const KeptGrant again = parse_kept_grant(to_text(kept), kept.issuer).value();
    EXPECT_EQ(again.issuer, kept.issuer);
    EXPECT_EQ(again.subject, kept.subject);
    EXPECT_EQ(again.access_token, kept.access_token);
    EXPECT_EQ(again.profile.nickname, kept.profile.nickname);
    EXPECT_EQ(again.profile.avatar_url, kept.profile.avatar_url);
  }
}

TEST(KeptGrant, OfAnotherProviderIsNone) {
  EXPECT_FALSE(parse_kept_grant(to_text(grant()), "https://op.example.com/"));
  for (const char* text :
       {"", "AT", "{}", R"({"access_token":"AT","openid":"o"})",
        R"({"iss":"https://op.example.com","sub":""})", R"({"iss":"https://op.example.com"})",
        R"({"iss":"https://op.example.com","sub":"me","access_token":"a b"})"}) {
    EXPECT_FALSE(parse_kept_grant(text, "https://op.example.com")) << text;
  }
}

}  // namespace
}  // namespace scanlogin::oidc
