// Discovery documents, good and bad: OpenID Connect Discovery 1.0 sections 3 and 4.3.
#include "domain/providers/oidc_discovery.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "unit/json_members.h"

namespace scanlogin::oidc {
namespace {

constexpr const char* kIssuer = "https://op.example.com";

const JsonMembers& document() {
  static const JsonMembers all(
      {{"issuer", R"("https://op.example.com")"},
       {"authorization_endpoint", R"("https://op.example.com/authorize")"},
       {"token_endpoint", R"("https://op.example.com/token")"},
       {"userinfo_endpoint", R"("https://api.example.net/userinfo")"},
       {"jwks_uri", R"("https://op.example.com/jwks")"},
       {"response_types_supported", R"(["id_token","code"])"},
       {"subject_types_supported", R"(["public"])"},
       {"id_token_signing_alg_values_supported", R"(["none","RS256","HS256","EdDSA","ES512"])"}});
  return all;
}

std::string error_of(const std::string& body, const std::string& issuer = kIssuer) {
  try {
    parse_discovery(body, issuer);
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream) << body;
    return error.what();
  }
}

Discovery with(const std::string& name, const std::string& json) {
  return parse_discovery(document().with(name, json).text(), kIssuer);
}

TEST(Discovery, GivesWhatALoginNeeds) {
  const Discovery found = parse_discovery(document().text(), kIssuer);
  EXPECT_EQ(found.issuer, "https://op.example.com");
  EXPECT_EQ(found.authorization_endpoint, "https://op.example.com/authorize");
  EXPECT_EQ(found.token_endpoint, "https://op.example.com/token");
  EXPECT_EQ(found.userinfo_endpoint, "https://api.example.net/userinfo");
  EXPECT_EQ(found.jwks_uri, "https://op.example.com/jwks");
  EXPECT_EQ(found.client_auth, ClientAuth::basic);
  EXPECT_EQ(found.algorithms, (std::vector<std::string>{"RS256", "EdDSA"}));
  EXPECT_FALSE(found.callback_names_issuer);
}

TEST(Discovery, WithoutWhatMayBeLeftOutIsAsTheStandardHasIt) {
  const Discovery found = parse_discovery(document()
                                              .without("userinfo_endpoint")
                                              .without("response_types_supported")
                                              .without("id_token_signing_alg_values_supported")
                                              .text(),
                                          kIssuer);
  EXPECT_EQ(found.userinfo_endpoint, "");
  EXPECT_EQ(found.algorithms, std::vector<std::string>{"RS256"});
}

TEST(Discovery, ChoosesHowTheSiteProvesWhoItIs) {
  const auto chosen = [](const char* methods) {
    return with("token_endpoint_auth_methods_supported", methods).client_auth;
  };
  EXPECT_EQ(chosen(R"(["client_secret_post"])"), ClientAuth::post);
  EXPECT_EQ(chosen(R"(["client_secret_basic"])"), ClientAuth::basic);
  EXPECT_EQ(chosen(R"(["private_key_jwt","client_secret_post","client_secret_basic"])"),
            ClientAuth::basic);
}

TEST(Discovery, SaysWhetherACallbackNamesTheIssuer) {
  const char* name = "authorization_response_iss_parameter_supported";
  EXPECT_TRUE(with(name, "true").callback_names_issuer);
  EXPECT_FALSE(with(name, "false").callback_names_issuer);
}

TEST(Discovery, MaySayMoreThanIsAskedFor) {
  EXPECT_EQ(with("response_modes_supported", R"(["query","form_post"])").issuer, kIssuer);
  EXPECT_EQ(with("grant_types_supported", R"(["authorization_code"])").issuer, kIssuer);
  EXPECT_EQ(with("code_challenge_methods_supported", R"(["plain","S256"])").issuer, kIssuer);
  EXPECT_EQ(with("mtls_endpoint_aliases", R"({"token_endpoint":"http://x"})").issuer, kIssuer);
}

struct Case {
  const char* what;
  std::string body;
  std::string error;  // behind "the discovery document "
};
void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(error_of(c.body), "the discovery document " + c.error) << c.what;
  }
}
std::string bad(const std::string& name, const std::string& json) {
  return document().with(name, json).text();
}

TEST(Discovery, OfAnotherFormIsRefused) {
  const std::string text = document().text();
  expect({
      {"empty", "", "is not a JSON object"},
      {"a page", "<!doctype html>", "is not a JSON object"},
      {"an array", "[" + text + "]", "is not a JSON object"},
      {"null", "null", "is not a JSON object"},
      {"cut", text.substr(0, text.size() - 1), "is not a JSON object"},
      {"text behind", text + "x", "is not a JSON object"},
      {"issuer twice", document().text(R"(,"issuer":"https://op.example.com")"),
       "is not a JSON object"},
      {"token_endpoint twice", document().text(R"(,"token_endpoint":"https://evil.example/")"),
       "is not a JSON object"},
      {"bad UTF-8", bad("service_documentation", "\"\xff\""), "is not a JSON object"},
      {"over its limit", bad("a", "\"" + std::string(64 * 1024, 'a') + "\""), "is over 64 KiB"},
  });
}

TEST(Discovery, OfAnotherIssuerIsRefused) {
  const std::string other = "is another issuer's";
  expect({
      {"none", document().without("issuer").text(), "lacks issuer"},
      {"a number", bad("issuer", "1"), "lacks issuer"},
      {"a list", bad("issuer", R"(["https://op.example.com"])"), "lacks issuer"},
      {"another", bad("issuer", R"("https://evil.example.com")"),
       other + ": https://evil.example.com"},
      {"a slash behind", bad("issuer", R"("https://op.example.com/")"),
       other + ": https://op.example.com/"},
      {"capitals", bad("issuer", R"("https://OP.example.com")"),
       other + ": https://OP.example.com"},
      {"http", bad("issuer", R"("http://op.example.com")"), other + ": http://op.example.com"},
      {"without its scheme", bad("issuer", R"("op.example.com")"), other + ": op.example.com"},
      {"empty", bad("issuer", "\"\""), other + ": "},
      {"not fit to be quoted", bad("issuer", R"("a\nb")"), other},
      {"too long to be quoted", bad("issuer", "\"" + std::string(201, 'a') + "\""), other},
      {"a tenant's", bad("issuer", R"("https://op.example.com/{tenantid}")"),
       other + ": https://op.example.com/{tenantid}"},
  });
}

TEST(Discovery, WithoutAUsableEndpointIsRefused) {
  std::vector<Case> cases = {
      {"no authorization", document().without("authorization_endpoint").text(),
       "lacks authorization_endpoint"},
      {"no token", document().without("token_endpoint").text(), "lacks token_endpoint"},
      {"no keys", document().without("jwks_uri").text(), "lacks jwks_uri"},
  };
  for (const char* name :
       {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}) {
    for (const char* url :
         {R"("http://op.example.com/a")", R"x("javascript:alert(1)")x", R"("/path")", R"("")", "1",
          "null", R"(["https://op.example.com/a"])", R"("http://127.0.0.1/a")"}) {
      cases.push_back({url, bad(name, url), "has an unusable " + std::string(name)});
    }
  }
  expect(cases);
}

TEST(Discovery, OfAnIssuerAtHomeMayHaveItsEndpointsThere) {
  const std::string body = document()
                               .with("issuer", R"("http://127.0.0.1:8080")")
                               .with("token_endpoint", R"("http://localhost/token")")
                               .text();
  const Discovery found = parse_discovery(body, "http://127.0.0.1:8080");
  EXPECT_EQ(found.token_endpoint, "http://localhost/token");
  EXPECT_EQ(found.jwks_uri, "https://op.example.com/jwks");
}

TEST(Discovery, ThatOffersNoSuchLoginIsRefused) {
  const auto lacks = [](const char* name, const char* list, const char* wanted) {
    return Case{name, bad(name, list), "does not have " + std::string(wanted) + " in " + name};
  };
  const auto no_list = [](const char* name, const char* json) {
    return Case{name, bad(name, json), "has no list of texts in " + std::string(name)};
  };
  expect({
      lacks("response_types_supported", R"(["id_token","code id_token"])", "code"),
      lacks("response_types_supported", "[]", "code"),
      lacks("response_modes_supported", R"(["form_post"])", "query"),
      lacks("grant_types_supported", R"(["implicit"])", "authorization_code"),
      lacks("code_challenge_methods_supported", R"(["plain"])", "S256"),
      no_list("response_types_supported", R"("code")"),
      no_list("response_types_supported", R"(["code",1])"),
      no_list("response_modes_supported", "null"),
      no_list("grant_types_supported", R"({"authorization_code":true})"),
      no_list("code_challenge_methods_supported", "true"),
      no_list("token_endpoint_auth_methods_supported", R"("client_secret_basic")"),
      no_list("id_token_signing_alg_values_supported", R"([["RS256"]])"),
      {"a client's own key", bad("token_endpoint_auth_methods_supported", R"(["private_key_jwt"])"),
       "has neither client_secret_basic nor client_secret_post in "
       "token_endpoint_auth_methods_supported"},
      {"algorithms", bad("id_token_signing_alg_values_supported", R"(["none","HS256","PS256"])"),
       "has none of RS256, ES256, EdDSA in id_token_signing_alg_values_supported"},
      {"iss", bad("authorization_response_iss_parameter_supported", R"("true")"),
       "has neither true nor false in authorization_response_iss_parameter_supported"},
  });
}

TEST(Discovery, OfMicrosoftsSharedIssuersHasATenantToCome) {
  const std::string base = "https://login.microsoftonline.com/";
  const std::string said = base + "{tenantid}/v2.0";
  const std::string body = bad("issuer", "\"" + said + "\"");
  for (const char* shared : {"common", "organizations"}) {
    EXPECT_EQ(parse_discovery(body, base + shared + "/v2.0").issuer, said) << shared;
  }
  for (const char* other : {"common/v1.0", "evil/v2.0", "common/common/v2.0", "/v2.0"}) {
    EXPECT_NE(error_of(body, base + other), "none") << other;
  }
}

TEST(Discovery, IsFoundBelowTheIssuer) {
  EXPECT_EQ(discovery_url("https://op.example.com"),
            "https://op.example.com/.well-known/openid-configuration");
  EXPECT_EQ(discovery_url("https://op.example.com/"),
            "https://op.example.com/.well-known/openid-configuration");
  EXPECT_EQ(discovery_url("https://op.example.com/realms/a"),
            "https://op.example.com/realms/a/.well-known/openid-configuration");
}

TEST(Endpoint, IsHttpsOrAtHome) {
  for (const char* url :
       {"https://a.example", "https://a.example/", "https://a.example:8443/x/y?p=1&q=%20",
        "https://[2001:db8::1]/", "http://127.0.0.1:8080/token", "http://localhost/token",
        "http://[::1]:9/x", "https://a.example?p=a/b"}) {
    EXPECT_TRUE(is_endpoint(url)) << url;
  }
  for (const std::string& url :
       std::vector<std::string>{"",
                                "https://",
                                "https:///x",
                                "a.example",
                                "ftp://a.example",
                                "HTTPS://a.example",
                                "http://a.example",
                                "http://127.0.0.2/",
                                "http://127.0.0.1.example/",
                                "http://localhost.example/",
                                "http://localhost@evil.example/",
                                "https://user:password@a.example/",
                                "https://a.example/#f",
                                "https://a.example/?#",
                                "https://a.example/ b",
                                "https://a.example/\n",
                                "https://a.example/é",
                                "https://a b.example/",
                                "https://a.example:0/",
                                "https://a.example:99999/",
                                "https://a.example/\"",
                                "https://a.example/?<",
                                "https://a.example\\@evil.example/",
                                "https://a.example/" + std::string(2048, 'a')}) {
    EXPECT_FALSE(is_endpoint(url)) << url;
  }
  EXPECT_TRUE(is_issuer_url("https://a.example/x/"));
  EXPECT_FALSE(is_issuer_url("https://a.example/?x"));
}

TEST(Issuer, IsTheSameToTheLetter) {
  EXPECT_TRUE(is_same_issuer("https://a.example", "https://a.example", ""));
  EXPECT_FALSE(is_same_issuer("https://a.example", "https://a.example/", ""));
  const std::string shared = "https://a.example/{tenantid}/v2";
  EXPECT_TRUE(is_same_issuer(shared, "https://a.example/1-a/v2", "1-a"));
  EXPECT_TRUE(is_same_issuer(shared, "https://a.example/1-a/v2", ""));
  EXPECT_FALSE(is_same_issuer(shared, "https://a.example/1-a/v2", "1-b"));
  EXPECT_FALSE(is_same_issuer(shared, "https://a.example//v2", ""));
  EXPECT_FALSE(is_same_issuer(shared, "https://a.example/v2", ""));
  EXPECT_FALSE(is_same_issuer(shared, shared, ""));
}

}  // namespace
}  // namespace scanlogin::oidc
