// A login with OpenID Connect from its URL to the person, at a provider on a loopback address.
#include "domain/providers/oidc_provider.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "unit/http_stand_in.h"
#include "unit/json_members.h"
#include "unit/signing_key.h"

namespace scanlogin {
namespace {

using Reply = HttpStandIn::Reply;
using Texts = std::map<std::string, std::string>;

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

Texts parameters_of(std::string_view query) {
  Texts all;
  for (const std::string_view pair : split(query, "&")) {
    const std::size_t equals = pair.find('=');
    all[form_decode(pair.substr(0, equals))] = form_decode(pair.substr(equals + 1));
  }
  return all;
}

// What it publishes and replies is its members', to be changed by a test.
class OidcProviderTest : public testing::Test {
 protected:
  Reply answer(const HttpStandIn::Request& request) {
    const std::lock_guard lock(mutex_);
    ++asked_[request.target];
    last_[request.target] = request;
    if (request.target == "/.well-known/openid-configuration") return {200, document.text()};
    if (request.target == "/jwks") return {200, key_set({published})};
    if (request.target == "/token") return token_reply;
    if (request.target == "/userinfo") return userinfo;
    return {404, ""};
  }

  // The token endpoint gives out an id_token of these claims, signed by `key` under `kid`.
  void issue(const JsonMembers& claims) {
    const std::string header = R"({"alg":"ES256","kid":")" + kid + "\"}";
    token_reply = {200, R"({"access_token":"the-access-token","token_type":"Bearer","id_token":")" +
                            key.token(header, claims.text()) + "\"}"};
  }
  // The next key, which is published; whether what is issued is signed with it is for issue().
  void rotate(const std::string& new_kid) {
    const std::lock_guard lock(mutex_);
    key = SigningKey::p256();
    kid = new_kid;
    published = key.jwk().with("kid", kid).text();
  }

  JsonMembers claims() const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string seconds = std::to_string(now.time_since_epoch().count());
    return JsonMembers({{"iss", quoted(server.url())},
                        {"sub", quoted("me")},
                        {"aud", quoted("the site")},
                        {"exp", seconds},
                        {"iat", seconds},
                        {"nonce", quoted("the-nonce")},
                        {"name", quoted("of the id_token")}});
  }
  Redirection redirection() const {
    return {.state = "the-uuid",
            .redirect_uri = "https://site.example/callback/?a=b",
            .code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            .nonce = "the-nonce"};
  }
  oidc::Settings settings() const {
    oidc::Settings all;
    all.name = "acme";
    all.issuer = server.url();
    all.client_id = "the site";
    all.client_secret = "s3cr:t &";
    all.label = "Acme";
    all.label_zh = "顶点";
    all.timeout = std::chrono::seconds(60);
    return all;
  }

  Grant grant() { return std::get<Grant>(provider.exchange("the-code", redirection())); }
  Refusal refusal() { return std::get<Refusal>(provider.exchange("the-code", redirection())); }
  // Why exchange() throws. Nothing secret is ever part of that.
  std::string error() {
    try {
      provider.exchange("the-code", redirection());
      return "none";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::upstream);
      std::string what = error.what();
      for (const char* secret : {"s3cr", "the-code", "the-access-token", "the-nonce", "dBjft"}) {
        EXPECT_EQ(what.find(secret), std::string::npos) << what;
      }
      return what;
    }
  }
  std::string error_of(const JsonMembers& bad) {
    issue(bad);
    return error();
  }

  // How often it was asked for that, and how at last.
  int asked(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return asked_[target];
  }
  HttpStandIn::Request last(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return last_[target];
  }

  std::mutex mutex_;
  std::map<std::string, int> asked_;
  std::map<std::string, HttpStandIn::Request> last_;
  SigningKey key = SigningKey::p256();
  std::string kid = "1";
  std::string published = key.jwk().with("kid", kid).text();
  Reply token_reply;
  Reply userinfo{200, R"({"sub":"me","name":"张三","picture":"https://a.example/p"})"};
  HttpStandIn server{[this](const HttpStandIn::Request& request) { return answer(request); }};
  JsonMembers document{{{"issuer", quoted(server.url())},
                        {"authorization_endpoint", quoted(server.url() + "/authorize")},
                        {"token_endpoint", quoted(server.url() + "/token")},
                        {"userinfo_endpoint", quoted(server.url() + "/userinfo")},
                        {"jwks_uri", quoted(server.url() + "/jwks")},
                        {"id_token_signing_alg_values_supported", R"(["RS256","ES256"])"}}};
  OidcProvider provider{settings(), 8};
};

TEST_F(OidcProviderTest, HasItsNameInWhatItTells) {
  EXPECT_EQ(provider.facts().name, "acme");
  EXPECT_EQ(provider.facts().identity_type, "acme");
  EXPECT_EQ(provider.facts().union_type, "");
  EXPECT_EQ(provider.facts().settings, "ACME_CLIENT_ID and ACME_CLIENT_SECRET");
  EXPECT_EQ(provider.facts().unavailable_code, "provider-unavailable");
  EXPECT_EQ(provider.facts().unavailable_msg, "顶点暂不可用，请稍后再试");
  EXPECT_TRUE(asked_.empty()) << "a provider is asked for nothing before it is needed";
}

TEST_F(OidcProviderTest, SendsABrowserToTheAuthorizationEndpoint) {
  const std::string url = provider.authorize_url(redirection());
  const std::string endpoint = server.url() + "/authorize?";
  ASSERT_TRUE(url.starts_with(endpoint)) << url;
  EXPECT_EQ(parameters_of(url.substr(endpoint.size())),
            (Texts{{"response_type", "code"},
                   {"client_id", "the site"},
                   {"redirect_uri", "https://site.example/callback/?a=b"},
                   {"scope", "openid profile"},
                   {"state", "the-uuid"},
                   {"nonce", "the-nonce"},
                   // RFC 7636 appendix B
                   {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                   {"code_challenge_method", "S256"}}));
}

TEST_F(OidcProviderTest, AddsToTheAuthorizationEndpointsOwnQuery) {
  document = document.with("authorization_endpoint", quoted(server.url() + "/authorize?p=1"));
  EXPECT_TRUE(provider.authorize_url(redirection())
                  .starts_with(server.url() + "/authorize?p=1&response_type=code&"));
}

TEST_F(OidcProviderTest, ExchangesACodeForAPerson) {
  issue(claims());
  const Grant granted = grant();
  EXPECT_TRUE(provider.is_grant(granted));
  const Person person = std::get<Person>(provider.person(granted));
  ASSERT_EQ(person.identities.size(), 1U);
  EXPECT_EQ(person.identities[0].type, "acme");
  EXPECT_EQ(person.identities[0].id, "me");
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "https://a.example/p");
  EXPECT_EQ(person.gender, "");
  EXPECT_EQ(last("/userinfo").headers["authorization"], "Bearer the-access-token");
  EXPECT_EQ(granted.text.find("the-nonce"), std::string::npos);
}

TEST_F(OidcProviderTest, ProvesWhoItIsInAHeader) {
  issue(claims());
  grant();
  EXPECT_EQ(last("/token").method, "POST");
  EXPECT_EQ(last("/token").headers["content-type"], "application/x-www-form-urlencoded");
  // "the%20site:s3cr%3At%20%26"
  EXPECT_EQ(last("/token").headers["authorization"], "Basic dGhlJTIwc2l0ZTpzM2NyJTNBdCUyMCUyNg==");
  EXPECT_EQ(parameters_of(last("/token").body),
            (Texts{{"grant_type", "authorization_code"},
                   {"code", "the-code"},
                   {"redirect_uri", "https://site.example/callback/?a=b"},
                   {"code_verifier", redirection().code_verifier}}));
}

TEST_F(OidcProviderTest, ProvesWhoItIsInTheFormWhereThatIsWanted) {
  document = document.with("token_endpoint_auth_methods_supported", R"(["client_secret_post"])");
  issue(claims());
  grant();
  EXPECT_FALSE(last("/token").headers.contains("authorization"));
  const Texts form = parameters_of(last("/token").body);
  EXPECT_EQ(form.at("client_id"), "the site");
  EXPECT_EQ(form.at("client_secret"), "s3cr:t &");
}

TEST_F(OidcProviderTest, WithoutUserinfoKnowsWhatTheIdTokenSays) {
  document = document.without("userinfo_endpoint");
  issue(claims().with("picture", quoted("https://a.example/t")));
  const Grant granted = grant();
  EXPECT_EQ(granted.text.find("the-access-token"), std::string::npos) << "there is no use for it";
  const Person person = std::get<Person>(provider.person(granted));
  EXPECT_EQ(person.identities[0].id, "me");
  EXPECT_EQ(person.nickname, "of the id_token");
  EXPECT_EQ(person.avatar_url, "https://a.example/t");
}

TEST_F(OidcProviderTest, SaysWhetherAnythingWasToldOfAPersonsLooks) {
  issue(claims());
  EXPECT_TRUE(std::get<Person>(provider.person(grant())).told_profile);
  userinfo = {200, R"({"sub":"me"})"};
  issue(claims().without("name"));
  EXPECT_FALSE(std::get<Person>(provider.person(grant())).told_profile);
}

TEST_F(OidcProviderTest, TakesFromTheIdTokenWhatUserinfoDoesNotSay) {
  issue(claims());
  userinfo = {200, R"({"sub":"me"})"};
  EXPECT_EQ(std::get<Person>(provider.person(grant())).nickname, "of the id_token");
}

TEST_F(OidcProviderTest, BelievesNoUserinfoAboutSomebodyElse) {
  issue(claims());
  const Grant granted = grant();
  userinfo = {200, R"({"sub":"you","name":"x"})"};
  EXPECT_THROW(provider.person(granted), Error);
  userinfo = {401, ""};
  EXPECT_EQ(std::get<std::string>(std::get<Refusal>(provider.person(granted)).code),
            "invalid_token");
}

TEST_F(OidcProviderTest, AGrantIsItsOwnAlone) {
  issue(claims());
  const Grant granted = grant();
  oidc::Settings other = settings();
  other.issuer = "https://op.example.com";
  EXPECT_FALSE(OidcProvider(other, 1).is_grant(granted));
  EXPECT_FALSE(provider.is_grant({R"({"access_token":"AT","openid":"o","unionid":""})"}));
}

TEST_F(OidcProviderTest, PassesARefusalOn) {
  token_reply = {400, R"({"error":"invalid_grant","error_description":"used"})"};
  EXPECT_EQ(std::get<std::string>(refusal().code), "invalid_grant");
  EXPECT_EQ(refusal().msg, "used");
  EXPECT_FALSE(refusal().operators_mistake);
  token_reply = {401, R"({"error":"invalid_client"})"};
  EXPECT_TRUE(refusal().operators_mistake);
  EXPECT_EQ(asked("/jwks"), 0);
}

TEST_F(OidcProviderTest, BelievesNoBadIdToken) {
  EXPECT_EQ(error_of(claims().with("nonce", quoted("other"))),
            "the id_token has not the nonce of this login");
  EXPECT_EQ(error_of(claims().with("iss", quoted("https://op.example.com"))),
            "the id_token has another iss");
  EXPECT_EQ(error_of(claims().with("aud", quoted("other"))),
            "the id_token has an aud that is not the client id alone");
  EXPECT_EQ(error_of(claims().with("exp", "1")), "the id_token has expired");
  EXPECT_EQ(error_of(claims().with("sub", quoted(std::string(201, 'a')))),
            "the id_token has a sub over 200 characters");
  token_reply = {200, R"({"access_token":"the-access-token","token_type":"Bearer",)"
                      R"("id_token":"the-access-token"})"};
  EXPECT_EQ(error(), "the id_token is no signed JSON Web Token");
  EXPECT_EQ(asked("/jwks"), 1) << "a bad id_token is no reason to fetch the keys anew";
}

TEST_F(OidcProviderTest, FetchesNewKeysOnceAMinute) {
  issue(claims());
  grant();
  grant();
  EXPECT_EQ(asked("/jwks"), 1);
  rotate("2");
  issue(claims());
  grant();
  EXPECT_EQ(asked("/jwks"), 2);
  rotate("3");
  issue(claims());
  EXPECT_EQ(error(), "the id_token is signed with a key that the provider does not publish");
  EXPECT_EQ(asked("/jwks"), 2);
  EXPECT_EQ(asked("/.well-known/openid-configuration"), 1);
}

TEST_F(OidcProviderTest, FetchesOnceHoweverManyLogIn) {
  const auto log_in_at_once = [&] {
    std::atomic<int> good = 0;
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { good += provider.is_grant(grant()) ? 1 : 0; });
    }
    threads.clear();
    EXPECT_EQ(good, 8);
  };
  issue(claims());
  log_in_at_once();
  EXPECT_EQ(asked("/.well-known/openid-configuration"), 1);
  EXPECT_EQ(asked("/jwks"), 1);
  rotate("2");
  issue(claims());
  log_in_at_once();
  EXPECT_EQ(asked("/jwks"), 2);
}

TEST_F(OidcProviderTest, WithABrokenDocumentIsUnavailable) {
  document = document.with("issuer", quoted("https://op.example.com"));
  EXPECT_EQ(error(), "the discovery document is another issuer's: https://op.example.com");
  EXPECT_THROW(provider.authorize_url(redirection()), Error);
  document = document.with("issuer", quoted(server.url()))
                 .with("token_endpoint", quoted("http://op.example.com/token"));
  EXPECT_EQ(error(), "the discovery document has an unusable token_endpoint");
  document = document.with("token_endpoint", quoted(server.url() + "/nowhere"));
  EXPECT_EQ(error(), "the reply of the token endpoint has status 404");
}

TEST_F(OidcProviderTest, WithoutItsKeysIsUnavailable) {
  document = document.with("jwks_uri", quoted(server.url() + "/nowhere"));
  issue(claims());
  EXPECT_EQ(error(), "the key set comes with status 404");
}

TEST_F(OidcProviderTest, KnowsItsOwnCallbacks) {
  EXPECT_TRUE(provider.may_call_back(std::nullopt));
  EXPECT_TRUE(provider.may_call_back(server.url()));
  EXPECT_FALSE(provider.may_call_back("https://op.example.com"));
  EXPECT_FALSE(provider.may_call_back(""));
  document = document.with("authorization_response_iss_parameter_supported", "true");
  OidcProvider always(settings(), 1);
  EXPECT_FALSE(always.may_call_back(std::nullopt));
  EXPECT_TRUE(always.may_call_back(server.url()));
  EXPECT_FALSE(always.may_call_back(server.url() + "/"));
}

}  // namespace
}  // namespace scanlogin
