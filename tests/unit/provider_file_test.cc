// The descriptions of providers: the shipped ones, and everything that can be wrong with one.
#include "domain/providers/provider_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

using Faults = std::vector<std::string>;

constexpr const char* kGood = R"({
  "label": {"en": "Mine", "zh": "我的"},
  "authorize": {
    "url": "https://id.example.com/authorize",
    "parameters": {"client_id": "{client_id}", "redirect_uri": "{redirect_uri}", "state": "{state}"},
    "fragment": "here"
  },
  "token": {
    "name": "token", "method": "POST", "url": "https://id.example.com/token", "send": "form",
    "parameters": {"code": "{code}"}, "headers": {"Accept": "application/json"},
    "find": {"access_token": "/access_token"}
  },
  "person": [{
    "name": "user", "method": "GET", "url": "https://id.example.com/user", "send": "query",
    "parameters": {"t": "{access_token}"},
    "find": {"id": ["/id", "/uid"], "gender": "/sex"}
  }],
  "numbers": ["id"],
  "genders": {"1": "男"},
  "errors": {"code": "/error", "success": [0, "ok"], "operator": [7], "passes": ["busy"]}
})";

// The good description with one piece of its text replaced.
std::string with(const std::string& piece, const std::string& replacement) {
  std::string text = kGood;
  const std::size_t at = text.find(piece);
  if (at == std::string::npos) {
    ADD_FAILURE() << "the good description has no " << piece;
    return text;
  }
  return text.replace(at, piece.size(), replacement);
}

Faults faults_in(const std::string& text) {
  const auto parsed = parse_description("mine", text);
  const auto* faults = std::get_if<Faults>(&parsed);
  return faults == nullptr ? Faults() : *faults;
}

void expect_fault(const std::string& piece, const std::string& replacement,
                  const std::string& fault) {
  const Faults faults = faults_in(with(piece, replacement));
  ASSERT_EQ(faults.size(), 1U) << replacement << (faults.size() > 1 ? "\n" + faults[1] : "");
  EXPECT_TRUE(faults[0].starts_with(fault)) << faults[0] << "\ninstead of " << fault;
}

Description good() {
  auto parsed = parse_description("mine", kGood);
  return std::get<Description>(std::move(parsed));
}

TEST(ShippedProviders, AreThereAndParse) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(shipped_directory())) {
    EXPECT_EQ(entry.path().extension(), ".json");
    names.insert(entry.path().stem());
  }
  EXPECT_EQ(names, (std::set<std::string>{"dingtalk", "feishu", "gitee", "github", "qq", "weibo"}));
  for (const std::string& name : names) {
    EXPECT_TRUE(is_provider_name(name));
    EXPECT_EQ(shipped(name).name, name);
  }
}

TEST(ShippedProviders, HaveAnExampleInTheDocumentation) {
  std::ifstream page(shipped_directory() + "/../docs/providers.md");
  std::string example;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) inside = line == "## A file";
    if (inside && line.starts_with("    ")) example += line + "\n";
  }
  EXPECT_FALSE(example.empty());
  EXPECT_EQ(faults_in(example), Faults());
}

TEST(ProviderFile, IsReadAsItStands) {
  const Description mine = good();
  EXPECT_EQ(mine.name, "mine");
  EXPECT_EQ(mine.label, "Mine");
  EXPECT_EQ(mine.label_zh, "我的");
  EXPECT_EQ(mine.longest_code, 512U);
  EXPECT_EQ(mine.code_parameters, std::vector<std::string>{"code"});
  EXPECT_FALSE(mine.jsonp);
  EXPECT_EQ(mine.authorize.url, "https://id.example.com/authorize");
  EXPECT_EQ(mine.authorize.parameters[0].first, "client_id") << "in their order";
  EXPECT_EQ(mine.authorize.fragment, "here");
  EXPECT_EQ(mine.token.method, HttpMethod::post);
  EXPECT_EQ(mine.token.send, Send::form);
  ASSERT_EQ(mine.person.size(), 1U);
  EXPECT_EQ(mine.person[0].finds[0].pointers, (std::vector<std::string>{"/id", "/uid"}));
  EXPECT_TRUE(mine.person[0].finds[0].required);
  EXPECT_TRUE(mine.person[0].finds[0].number);
  EXPECT_FALSE(mine.person[0].finds[1].required);
  EXPECT_EQ(mine.genders.at("1"), "男");
  EXPECT_TRUE(mine.errors.success.contains("0") && mine.errors.success.contains("ok"));
  EXPECT_TRUE(mine.errors.operators.contains("7"));
  EXPECT_FALSE(mine.has_union());
}

TEST(ProviderFile, MayHaveAllThatMayBeLeftOut) {
  const auto parsed = parse_description(
      "mine", with(R"("label")", R"("about": "x", "longest_code": 4096, "jsonp": true,
                                    "code_parameters": ["a", "b"], "label")"));
  const auto& mine = std::get<Description>(parsed);
  EXPECT_EQ(mine.longest_code, 4096U);
  EXPECT_TRUE(mine.jsonp);
  EXPECT_EQ(mine.code_parameters, (std::vector<std::string>{"a", "b"}));
}

TEST(ProviderFile, HasToBeJson) {
  for (const std::string& text : {std::string(), std::string("{"), std::string(kGood) + "x",
                                  std::string(64 * 1024 + 1, ' ')}) {
    ASSERT_EQ(faults_in(text).size(), 1U);
    EXPECT_TRUE(faults_in(text)[0].starts_with("the file must be JSON")) << faults_in(text)[0];
  }
  EXPECT_EQ(faults_in("[]"), Faults{"the file must be an object"});
}

TEST(ProviderFile, LacksNothingItMustHave) {
  const Faults faults = faults_in("{}");
  EXPECT_EQ(faults, (Faults{"label is missing", "authorize is missing", "token is missing",
                            "errors is missing"}));
  expect_fault(R"(, "zh": "我的")", "", "label.zh is missing");
  expect_fault(R"("name": "user", )", "", "person[0].name is missing");
}

TEST(ProviderFile, HasNoMemberThatIsNotKnownAndNoneTwice) {
  expect_fault(R"("label")", R"("labels": 1, "label")", "labels is no known member");
  expect_fault(R"("fragment")", R"("Fragment": "x", "fragment")",
               "authorize.Fragment is no known member");
  expect_fault(R"("fragment")", R"("url": "https://a", "fragment")",
               "authorize.url is there twice");
  expect_fault(R"("fragment")", R"("\u001b[2J": 1, "fragment")",
               "authorize.[2J is no known member");
}

TEST(ProviderFile, ReachesSecretsOnlyBySafeUrls) {
  const std::string url = "https://id.example.com/token";
  for (const char* bad :
       {"http://id.example.com/token", "ftp://id.example.com/", "https://", "https:///token",
        "https://a@id.example.com/", "https://id.example.com/?a=b", "https://id.example.com/#a",
        "https://id.example.com/{code}", "https://id.exämple.com/", "https://id.example.com:0/",
        "http://127.0.0.1.example.com/", "http://localhost.example.com/", "HTTPS://a/", "x"}) {
    expect_fault(url, bad, "token.url must be an https URL");
  }
  expect_fault("\"" + url + "\"", "7", "token.url must be a text");
  for (const char* fine : {"http://127.0.0.1:8080/token", "http://localhost/", "http://[::1]:1/x",
                           "https://id.example.com", "https://id.example.com:8443/a/b"}) {
    EXPECT_EQ(faults_in(with(url, fine)), Faults()) << fine;
  }
}

TEST(ProviderFile, NamesMembersOfAnotherTypeOrSize) {
  expect_fault(R"({"en": "Mine", "zh": "我的"})", R"("Mine")", "label must be an object");
  expect_fault(R"("Mine")", R"("")", "label.en must be a text of 1 to 1024 bytes");
  expect_fault(R"("Mine")", R"("a\nb")", "label.en must be a text of 1 to 1024 bytes");
  expect_fault(R"("Mine")", "\"" + std::string(1025, 'x') + "\"", "label.en must be a text");
  expect_fault(R"("label")", R"("longest_code": 0, "label")",
               "longest_code must be a whole number from 1 to 4096");
  expect_fault(R"("label")", R"("longest_code": 1.5, "label")", "longest_code must be a whole");
  expect_fault(R"("label")", R"("longest_code": 99999999999999999999, "label")", "longest_code");
  expect_fault(R"("label")", R"("jsonp": 1, "label")", "jsonp must be true or false");
  expect_fault(R"("label")", R"("code_parameters": [], "label")",
               "code_parameters must not be empty");
  expect_fault(R"("label")", R"("code_parameters": "a=b", "label")",
               "code_parameters must be of letters");
  expect_fault(R"("POST")", R"("PUT")", "token.method must be GET or POST");
  expect_fault(R"("form")", R"("body")", "token.send must be query or form or json");
  expect_fault(R"("query")", R"("json")", "person[0].send must be query");
  expect_fault(R"("here")", R"("a b")", "authorize.fragment must be of");
  expect_fault(R"("男")", R"("x")", "genders.1 must be 男 or 女");
  expect_fault(R"("success": [0, "ok"])", R"("success": 0)", "errors.success must be an array");
  expect_fault(R"([0, "ok"])", R"([0, true])", "errors.success[1] must be a text");
  expect_fault(R"("name": "token")", R"("name": "a b")", "token.name must be of 32 visible");
}

TEST(ProviderFile, NamesUnusableNamesAndPointers) {
  expect_fault(R"("/error")", R"("error")", "errors.code must be a JSON pointer");
  expect_fault(R"("/uid")", R"("/~2")", "person[0].find.id must be a JSON pointer");
  expect_fault(R"("/uid")", R"("")", "person[0].find.id[1] must be a text");
  expect_fault(R"("gender")", R"("Gender")", "person[0].find.Gender has a name that");
  expect_fault(R"("t": )", R"("t t": )", "person[0].parameters.t t has a name that");
  expect_fault(R"("Accept")", R"("Ac_cept")", "token.headers may only have names of letters");
  expect_fault(R"("Accept")", R"("HOST")", "token.headers must not have HOST");
  expect_fault(R"("application/json")", R"("a\r\nX: y")", "token.headers.Accept must be a text");
}

TEST(ProviderFile, BoundsWhatIsMany) {
  std::string calls = R"("person": [)";
  for (int i = 0; i < 4; ++i) {
    calls += R"({"name": "u", "method": "GET", "url": "https://a", "send": "query",
                 "parameters": {}, "find": {}},)";
  }
  expect_fault(R"("person": [)", calls, "person has more than 4 elements");
  std::string parameters;
  for (int i = 0; i < 32; ++i) parameters += "\"p" + std::to_string(i) + "\": \"x\", ";
  expect_fault(R"("t": )", parameters + R"("t": )",
               "person[0].parameters has more than 32 members");
  std::string codes = "[0";
  for (int i = 0; i < 64; ++i) codes += "," + std::to_string(i);
  expect_fault(R"([0, "ok"])", codes + "]", "errors.success has more than 64 elements");
}

TEST(ProviderFile, NamesOnlyValuesThatAreThere) {
  expect_fault(R"("{state}")", R"("{nonce}{state}")",
               "authorize.parameters names {nonce}, which has no value there");
  expect_fault(R"("{code}")", R"("{code}{id}")", "token.parameters names {id}");
  expect_fault(R"("{access_token}")", R"("{access_token}{gender}")",
               "person[0].parameters names {gender}");
  expect_fault(R"("{access_token}")", R"("{access_token}{code}")",
               "person[0].parameters names {code}");
  expect_fault(R"("application/json")", R"("{id}")", "token.headers names {id}");
  for (const char* bad :
       {"{", "}", "{}", "{A}", "{code", "code}", "{{code}}", "{co de}", "{code}}"}) {
    expect_fault(R"("{code}")", "\"" + std::string(bad) + "\"",
                 "token.parameters.code has a brace that is no part of a {name}");
  }
}

TEST(ProviderFile, SendsAndFindsWhatALoginNeeds) {
  expect_fault(R"("{client_id}")", R"("x")", "authorize.parameters must send {client_id}");
  expect_fault(R"("{redirect_uri}")", R"("x")", "authorize.parameters must send {redirect_uri}");
  expect_fault(R"("{state}")", R"("x")", "authorize.parameters must send {state}");
  expect_fault(R"("{code}")", R"("x")", "token.parameters must send {code}");
  EXPECT_EQ(faults_in(with(R"("id": ["/id", "/uid"], )", "")),
            (Faults{"the file finds no id: it must be in the find of a call",
                    "numbers has id, which is no value found that can be a number"}));
  EXPECT_EQ(faults_in(with(R"("access_token": )", R"("token": )")),
            (Faults{"token.find.token is not used anywhere",
                    "person[0].parameters names {access_token}, which has no value there",
                    "token.find must have access_token"}));
}

TEST(ProviderFile, FindsOnlyWhatHasAUse) {
  expect_fault(R"("gender": )", R"("email": "/email", "gender": )",
               "person[0].find.email is not used anywhere");
  expect_fault(R"("gender": )", R"("client_secret": "/s", "gender": )",
               "person[0].find.client_secret has the name of a value");
  expect_fault(R"("numbers": ["id"])", R"("numbers": ["uid"])",
               "numbers has uid, which is no value");
  expect_fault(R"("numbers": ["id"])", R"("numbers": ["access_token"])",
               "numbers has access_token");
  expect_fault(R"("genders": {"1": "男"},)", "", "genders must be there if");
  expect_fault(R"(, "gender": "/sex")", "", "genders must be there if");
}

TEST(ProviderFile, HasBothHalvesOfPkceOrNone) {
  const std::string challenge = R"("{state}", "code_challenge": "{code_challenge}")";
  const std::string method = R"(, "code_challenge_method": "S256")";
  expect_fault(R"("{state}")", challenge + method, "token.parameters must send {code_verifier} if");
  expect_fault(R"("{code}")", R"("{code}{code_verifier}")",
               "token.parameters must send {code_verifier} if");
  const auto both = [&](const std::string& parameters) {
    std::string text = with(R"("{state}")", parameters);
    text.replace(text.find("{code}"), 6, "{code}{code_verifier}");
    return faults_in(text);
  };
  EXPECT_EQ(both(challenge + method), Faults());
  ASSERT_EQ(both(challenge).size(), 1U);
  EXPECT_TRUE(
      both(challenge)[0].starts_with("authorize.parameters must have code_challenge_method"));
}

TEST(ProviderName, IsOneThatAnIdentityTypeAndAPathCanHave) {
  for (const char* name : {"github", "qq", "a", "x9", "abcdefghijklmnopqrstuvwx"}) {
    EXPECT_TRUE(is_provider_name(name)) << name;
  }
  for (const char* name : {"", "9x", "GitHub", "a_b", "a-b", "../a", "wx", "weixin", "mp", "mini",
                           "wecom", "abcdefghijklmnopqrstuvwxy"}) {
    EXPECT_FALSE(is_provider_name(name)) << name;
  }
}

}  // namespace
}  // namespace scanlogin::oauth
