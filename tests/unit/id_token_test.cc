// id_tokens, good and bad: OpenID Connect Core 1.0 section 3.1.3.7, claim by claim.
#include "domain/providers/id_token.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/crypto.h"
#include "unit/json_members.h"
#include "unit/signing_key.h"

using namespace std::string_literals;

namespace scanlogin::oidc {
namespace {

constexpr jwt::Time kNow{std::chrono::seconds(1700000000)};
constexpr const char* kIssuer = "https://op.example.com";

// The keys of a provider, and of others.
struct Keys {
  SigningKey rsa = SigningKey::rsa();
  SigningKey p256 = SigningKey::p256();
  SigningKey ed25519 = SigningKey::ed25519();
  SigningKey other_rsa = SigningKey::rsa();
  SigningKey other_p256 = SigningKey::p256();
  SigningKey other_ed25519 = SigningKey::ed25519();
};
const Keys& keys() {
  static const Keys made;
  return made;
}

std::string named(const SigningKey& key, const char* kid) {
  return key.jwk().with("kid", kid).text();
}

const Jwks& jwks() {
  static const Jwks parsed = parse_jwks(
      key_set({named(keys().rsa, "r"), named(keys().p256, "e"), named(keys().ed25519, "d")}));
  return parsed;
}
// The same keys without names.
const Jwks& nameless() {
  static const Jwks parsed =
      parse_jwks(key_set({keys().rsa.jwk().text(), keys().p256.jwk().text(),
                          keys().ed25519.jwk().text(), keys().other_rsa.jwk().text()}));
  return parsed;
}

Expected expected() {
  return {.issuer = kIssuer,
          .algorithms = {"RS256", "ES256", "EdDSA"},
          .client_id = "client",
          .nonce = "the-nonce"};
}

const JsonMembers& claims() {
  static const JsonMembers all({{"iss", "\"https://op.example.com\""},
                                {"sub", "\"24400320\""},
                                {"aud", "\"client\""},
                                {"exp", "1700000600"},
                                {"iat", "1700000000"},
                                {"nonce", "\"the-nonce\""}});
  return all;
}

const std::string kRsaHeader = R"({"alg":"RS256","kid":"r"})";

std::string signed_by_rsa(const std::string& payload) {
  return keys().rsa.token(kRsaHeader, payload);
}
// A good token but for a member of its payload, or its header.
std::string with(const std::string& name, const std::string& json) {
  return signed_by_rsa(claims().with(name, json).text());
}
std::string without(const std::string& name) {
  return signed_by_rsa(claims().without(name).text());
}
std::string header(const std::string& text) { return keys().rsa.token(text, claims().text()); }

std::string good_token() { return signed_by_rsa(claims().text()); }
std::string good_text() { return good_token().substr(0, good_token().rfind('.')); }
std::string good_signature() { return good_token().substr(good_token().rfind('.') + 1); }

std::string outcome(const std::string& token, const Jwks& known = jwks(),
                    const Expected& wanted = expected()) {
  const auto result = verify_id_token(token, known, wanted, kNow);
  if (const auto* fault = std::get_if<IdTokenFault>(&result)) return std::string(reason(*fault));
  return "good: " + std::get<IdToken>(result).subject;
}

struct Case {
  const char* what;
  std::string token;
};
void expect(IdTokenFault fault, const std::vector<Case>& cases) {
  for (const Case& c : cases)
    EXPECT_EQ(outcome(c.token), reason(fault)) << c.what << ": " << c.token;
}
void expect_good(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(outcome(c.token).substr(0, 6), "good: ") << c.what << ": " << c.token;
  }
}

TEST(IdToken, OfEachAlgorithmIsGood) {
  const std::string payload = claims().text();
  expect_good({
      {"RS256", good_token()},
      {"ES256", keys().p256.token(R"({"alg":"ES256","kid":"e"})", payload)},
      {"EdDSA", keys().ed25519.token(R"({"alg":"EdDSA","kid":"d"})", payload)},
      {"with a type", keys().rsa.token(R"({"alg":"RS256","kid":"r","typ":"JWT"})", payload)},
  });
}

TEST(IdToken, WithoutAKidIsTriedWithEachKeyOfItsAlgorithm) {
  const std::string payload = claims().text();
  for (const SigningKey* key : {&keys().rsa, &keys().p256, &keys().ed25519, &keys().other_rsa}) {
    const std::string token = key->token("{\"alg\":\"" + key->alg() + "\"}", payload);
    EXPECT_EQ(outcome(token, nameless()), "good: 24400320") << key->alg();
  }
  EXPECT_EQ(outcome(keys().rsa.token(R"({"alg":"RS256"})", payload)), "good: 24400320");
}

TEST(IdToken, OfOneOfTwoKeysOfANameIsGood) {
  const Jwks twice = parse_jwks(key_set(
      {named(keys().p256, "same"), named(keys().other_rsa, "same"), named(keys().rsa, "same")}));
  const std::string token = keys().rsa.token(R"({"alg":"RS256","kid":"same"})", claims().text());
  EXPECT_EQ(outcome(token, twice), "good: 24400320");
}

TEST(IdToken, WithClaimsAsTheyMayBeIsGood) {
  expect_good({
      {"aud as an array", with("aud", R"(["client"])")},
      {"azp", with("azp", R"("client")")},
      {"a fraction of a second", with("exp", "1700000600.5")},
      {"an exponent", with("exp", "1.7000006e9")},
      {"expired less than five minutes ago", with("exp", "1699999701")},
      {"issued in less than five minutes", with("iat", "1700000300")},
      {"good in less than five minutes", with("nbf", "1700000300")},
      {"issued a year ago", with("iat", "1668464000")},
      {"good until any time", with("exp", "9007199254740993")},
      {"claims that are not asked about", with("address", R"({"a":[1,{"b":null}]})")},
      {"the longest sub", with("sub", "\"" + std::string(255, 'a') + "\"")},
      {"a sub of other characters", with("sub", R"("auth0|5f7c CN=a,b/+=@")")},
  });
}

TEST(IdToken, GivesSubNameAndPicture) {
  const auto read = [](const std::string& token) {
    return std::get<IdToken>(verify_id_token(token, jwks(), expected(), kNow));
  };
  const IdToken full = read(signed_by_rsa(
      claims().with("name", "\"张三\"").with("picture", "\"https://a.example/p\"").text()));
  EXPECT_EQ(full.subject, "24400320");
  EXPECT_EQ(full.name, "张三");
  EXPECT_EQ(full.picture, "https://a.example/p");
  const IdToken odd = read(signed_by_rsa(claims().with("name", "7").with("picture", "[]").text()));
  EXPECT_EQ(odd.name, "");
  EXPECT_EQ(odd.picture, "");
}

TEST(IdToken, OfAnotherFormIsMalformed) {
  const std::string payload = claims().text();
  const std::string head = base64url_encode(kRsaHeader);
  const std::string body = base64url_encode(payload);
  const auto resigned = [](const std::string& text) {
    return text + "." + base64url_encode(keys().rsa.sign(text));
  };
  expect(IdTokenFault::malformed,
         {
             {"empty", ""},
             {"one word", "token"},
             {"two parts", good_text()},
             {"four parts", good_token() + ".AAAA"},
             {"five parts, as an encrypted one has", good_token() + ".AAAA.AAAA"},
             {"an empty header", resigned("." + body)},
             {"an empty payload", resigned(head + ".")},
             {"padded", good_token() + "=="},
             {"the other base64", good_text() + "." + good_signature().substr(1) + "+"},
             {"a space behind", good_token() + " "},
             {"a payload in clear", resigned(head + "." + payload)},
             {"a payload that is no object", signed_by_rsa("[" + payload + "]")},
             {"a payload that is null", signed_by_rsa("null")},
             {"a payload that is cut", signed_by_rsa(payload.substr(0, payload.size() - 1))},
             {"text behind the payload", signed_by_rsa(payload + "x")},
             {"a NUL behind the payload", signed_by_rsa(payload + "\0"s)},
             {"sub twice", signed_by_rsa(claims().text(R"(,"sub":"24400320")"))},
             {"aud twice", signed_by_rsa(claims().text(R"(,"aud":"other")"))},
             {"iss twice, once escaped", signed_by_rsa(claims().text(R"(,"\u0069ss":"other")"))},
             {"nonce twice", signed_by_rsa(claims().text(R"(,"nonce":"other")"))},
             {"bad UTF-8", with("name", "\"\xff\"")},
             {"an escaped NUL in sub", with("sub", R"("24400320\u0000")")},
             {"a header that is no object", header("[]")},
             {"a header that is no JSON", header("alg=RS256")},
             {"alg twice", header(R"({"alg":"none","alg":"RS256","kid":"r"})")},
             {"kid twice", header(R"({"alg":"RS256","kid":"r","kid":"e"})")},
             {"kid a number", header(R"({"alg":"RS256","kid":1})")},
             {"kid null", header(R"({"alg":"RS256","kid":null})")},
         });
}

TEST(IdToken, OverItsLimitIsNotRead) {
  expect(IdTokenFault::too_long,
         {{"a long claim", with("a", "\"" + std::string(16384, 'a') + "\"")},
          {"a long signature", good_text() + "." + std::string(16384, 'A')}});
}

TEST(IdToken, WithACriticalHeaderIsRefused) {
  expect(IdTokenFault::critical,
         {{"b64", header(R"({"alg":"RS256","kid":"r","b64":false,"crit":["b64"]})")},
          {"an empty one", header(R"({"alg":"RS256","kid":"r","crit":[]})")}});
}

TEST(IdToken, OfAnAlgorithmThatIsNotExpectedIsRefused) {
  const std::string body = base64url_encode(claims().text());
  const auto hmac = [&](const std::string& secret) {
    const std::string text = base64url_encode(R"({"alg":"HS256","kid":"r"})") + "." + body;
    return text + "." + base64url_encode(hmac_sha256(secret, text));
  };
  std::vector<Case> cases = {
      {"none, unsigned", base64url_encode(R"({"alg":"none"})") + "." + body + "."},
      {"none, with a kid", base64url_encode(R"({"alg":"none","kid":"r"})") + "." + body + "."},
      {"none, signed", header(R"({"alg":"none","kid":"r"})")},
      {"HMAC with the client's secret", hmac("secret")},
      {"HMAC with the public key", hmac(keys().rsa.jwk().text())},
      {"no alg", header(R"({"kid":"r"})")},
      {"alg a list", header(R"({"alg":["RS256"],"kid":"r"})")},
      {"alg null", header(R"({"alg":null,"kid":"r"})")},
      {"alg empty", header(R"({"alg":"","kid":"r"})")},
  };
  for (const char* alg : {"None", "NONE", "nOnE", "rs256", "RS256 ", "RS384", "RS512", "PS256",
                          "ES384", "Ed25519", "eddsa"}) {
    cases.push_back({alg, header("{\"alg\":\"" + std::string(alg) + "\",\"kid\":\"r\"}")});
  }
  expect(IdTokenFault::algorithm, cases);
}

TEST(IdToken, OfAnAlgorithmThatTheProviderDoesNotAnnounceIsRefused) {
  Expected only_ec = expected();
  only_ec.algorithms = {"ES256"};
  EXPECT_EQ(outcome(good_token(), jwks(), only_ec), reason(IdTokenFault::algorithm));
}

TEST(IdToken, WhoseKeyIsOfAnotherAlgorithmIsRefused) {
  expect(IdTokenFault::unfit_key,
         {{"RSA's for ES256", header(R"({"alg":"ES256","kid":"r"})")},
          {"RSA's for EdDSA", header(R"({"alg":"EdDSA","kid":"r"})")},
          {"EC's for RS256", header(R"({"alg":"RS256","kid":"e"})")},
          {"Ed25519's for ES256", header(R"({"alg":"ES256","kid":"d"})")}});
}

TEST(IdToken, OfAnUnknownKeyMayBecomeGood) {
  expect(
      IdTokenFault::unknown_key,
      {{"another name", header(R"({"alg":"RS256","kid":"new"})")},
       {"an empty name", header(R"({"alg":"RS256","kid":""})")},
       {"the name in capitals", header(R"({"alg":"RS256","kid":"R"})")},
       {"another key's, of that name",
        keys().other_rsa.token(R"({"alg":"RS256","kid":"new"})", claims().text())},
       {"no name, another key's", keys().other_rsa.token(R"({"alg":"RS256"})", claims().text())},
       {"its own key in its header",
        keys().other_rsa.token("{\"alg\":\"RS256\",\"jwk\":" + keys().other_rsa.jwk().text() + "}",
                               claims().text())}});
  EXPECT_EQ(outcome(good_token(), Jwks()), reason(IdTokenFault::unknown_key)) << "no keys at all";
  EXPECT_EQ(outcome(good_token(), nameless()), reason(IdTokenFault::unknown_key))
      << "a name, where no key has one";
}

TEST(IdToken, WithAWrongSignatureIsRefused) {
  const std::string payload = claims().text();
  const std::string ec_text =
      base64url_encode(R"({"alg":"ES256","kid":"e"})") + "." + base64url_encode(payload);
  const std::string ec_signature = keys().p256.sign(ec_text);
  const auto ec = [&](const std::string& bytes) { return ec_text + "." + base64url_encode(bytes); };
  const std::string text = good_text();
  std::string turned = keys().rsa.sign(text);
  turned.back() = static_cast<char>(turned.back() ^ 1);
  expect(
      IdTokenFault::signature,
      {
          {"none", text + "."},
          {"a bit turned", text + "." + base64url_encode(turned)},
          {"cut", text + "." + base64url_encode(keys().rsa.sign(text).substr(1))},
          {"PS256's", text + "." + base64url_encode(keys().rsa.sign_pss(text))},
          {"another RSA key's", keys().other_rsa.token(kRsaHeader, payload)},
          {"another P-256 key's", keys().other_p256.token(R"({"alg":"ES256","kid":"e"})", payload)},
          {"another Ed25519 key's",
           keys().other_ed25519.token(R"({"alg":"EdDSA","kid":"d"})", payload)},
          {"another payload's", base64url_encode(kRsaHeader) + "." +
                                    base64url_encode(claims().with("sub", "\"1\"").text()) + "." +
                                    good_signature()},
          {"another header's", base64url_encode(R"({"kid":"r","alg":"RS256"})") +
                                   good_token().substr(good_token().find('.'))},
          {"EC in DER", ec(keys().p256.sign_der(ec_text))},
          {"EC of zeros", ec(std::string(64, '\0'))},
          {"EC, its halves swapped", ec(ec_signature.substr(32) + ec_signature.substr(0, 32))},
          {"EC, a byte short", ec(ec_signature.substr(1))},
          {"EC, a byte more", ec(ec_signature + "\0"s)},
          {"EC, empty", ec_text + "."},
      });
}

TEST(IdToken, OfAnotherIssuerIsRefused) {
  expect(IdTokenFault::issuer, {{"another", with("iss", R"("https://evil.example.com")")},
                                {"a slash behind", with("iss", R"("https://op.example.com/")")},
                                {"capitals", with("iss", R"("https://OP.example.com")")},
                                {"without its scheme", with("iss", R"("op.example.com")")},
                                {"http", with("iss", R"("http://op.example.com")")},
                                {"a list", with("iss", R"(["https://op.example.com"])")},
                                {"a number", with("iss", "1")},
                                {"none", without("iss")}});
}

TEST(IdToken, ForAnotherAudienceIsRefused) {
  expect(IdTokenFault::audience,
         {{"another", with("aud", R"("other")")},
          {"a list of another", with("aud", R"(["other"])")},
          {"a stranger behind", with("aud", R"(["client","other"])")},
          {"a stranger before", with("aud", R"(["other","client"])")},
          {"a stranger, and an azp",
           signed_by_rsa(
               claims().with("aud", R"(["client","other"])").with("azp", "\"client\"").text())},
          {"a list of none", with("aud", "[]")},
          {"a list within", with("aud", R"([["client"]])")},
          {"a number besides", with("aud", R"(["client",1])")},
          {"an object", with("aud", R"({"client":"client"})")},
          {"a part of it", with("aud", R"("clien")")},
          {"more than it", with("aud", R"("client ")")},
          {"empty", with("aud", "\"\"")},
          {"none", without("aud")}});
}

TEST(IdToken, PresentedBySomebodyElseIsRefused) {
  expect(IdTokenFault::presenter, {{"another", with("azp", R"("other")")},
                                   {"a list", with("azp", R"(["client"])")},
                                   {"null", with("azp", "null")},
                                   {"empty", with("azp", "\"\"")}});
}

TEST(IdToken, WithoutItsTimesIsRefused) {
  expect(IdTokenFault::times, {{"no exp", without("exp")},
                               {"exp a text", with("exp", R"("1700000600")")},
                               {"exp null", with("exp", "null")},
                               {"exp true", with("exp", "true")},
                               {"exp beyond any number", with("exp", "1e999")},
                               {"no iat", without("iat")},
                               {"iat a text", with("iat", R"("1700000000")")},
                               {"iat beyond any number", with("iat", "-1e999")},
                               {"nbf a text", with("nbf", R"("1700000000")")},
                               {"nbf null", with("nbf", "null")}});
}

TEST(IdToken, OutOfItsTimeIsRefused) {
  expect(IdTokenFault::expired, {{"five minutes ago", with("exp", "1699999700")},
                                 {"an hour ago", with("exp", "1699996400")},
                                 {"in 1970", with("exp", "0")},
                                 {"before 1970", with("exp", "-1700000600")}});
  expect(IdTokenFault::issued_later, {{"in over five minutes", with("iat", "1700000301")},
                                      {"in milliseconds", with("iat", "1700000000000")}});
  expect(IdTokenFault::not_yet_good, {{"in over five minutes", with("nbf", "1700000301")}});
}

TEST(IdToken, OfAnotherLoginIsRefused) {
  expect(IdTokenFault::nonce, {{"another", with("nonce", R"("another-n")")},
                               {"none", without("nonce")},
                               {"empty", with("nonce", "\"\"")},
                               {"null", with("nonce", "null")},
                               {"a list", with("nonce", R"(["the-nonce"])")},
                               {"a part of it", with("nonce", R"("the-nonc")")},
                               {"capitals", with("nonce", R"("The-Nonce")")}});
  Expected none = expected();
  none.nonce = "";
  EXPECT_EQ(outcome(with("nonce", "\"\""), jwks(), none), reason(IdTokenFault::nonce))
      << "a login without a nonce is matched by none";
}

TEST(IdToken, WithoutAUsableSubIsRefused) {
  expect(IdTokenFault::subject, {{"none", without("sub")},
                                 {"empty", with("sub", "\"\"")},
                                 {"a number", with("sub", "24400320")},
                                 {"null", with("sub", "null")},
                                 {"too long", with("sub", "\"" + std::string(256, 'a') + "\"")},
                                 {"not ASCII", with("sub", "\"张三\"")},
                                 {"a line end", with("sub", R"("a\nb")")},
                                 {"a DEL", with("sub", R"("a\u007f")")},
                                 {"a space before", with("sub", R"(" 24400320")")},
                                 {"a space behind", with("sub", R"("24400320 ")")}});
}

TEST(IdToken, OfGoogleMayLackItsScheme) {
  Expected google = expected();
  google.issuer = "https://accounts.google.com";
  EXPECT_EQ(outcome(with("iss", R"("accounts.google.com")"), jwks(), google), "good: 24400320");
  EXPECT_EQ(outcome(with("iss", R"("https://accounts.google.com")"), jwks(), google),
            "good: 24400320");
  for (const char* iss : {"http://accounts.google.com", "google.com", "accounts.google.com/"}) {
    EXPECT_EQ(outcome(with("iss", "\"" + std::string(iss) + "\""), jwks(), google),
              reason(IdTokenFault::issuer))
        << iss;
  }
}

TEST(IdToken, OfMicrosoftIsOfTheTenantThatItNames) {
  Expected microsoft = expected();
  microsoft.issuer = "https://login.microsoftonline.com/{tenantid}/v2.0";
  const auto token = [](const std::string& iss, const std::string& tid) {
    const JsonMembers named = claims().with("iss", "\"" + iss + "\"");
    return signed_by_rsa((tid.empty() ? named : named.with("tid", tid)).text());
  };
  const std::string base = "https://login.microsoftonline.com/";
  EXPECT_EQ(outcome(token(base + "9188-a/v2.0", "\"9188-a\""), jwks(), microsoft),
            "good: 24400320");
  const std::vector<Case> bad = {
      {"another tenant's", token(base + "9188-a/v2.0", "\"9188-b\"")},
      {"without tid", token(base + "9188-a/v2.0", "")},
      {"an empty tid", token(base + "/v2.0", "\"\"")},
      {"tid a number", token(base + "9188/v2.0", "9188")},
      {"a tenant that is none", token(base + "a/../b/v2.0", "\"a/../b\"")},
      {"another host's", token("https://evil.example/9188-a/v2.0", "\"9188-a\"")},
      {"another version's", token(base + "9188-a/v1.0", "\"9188-a\"")},
      {"as the document has it", token(base + "{tenantid}/v2.0", "\"{tenantid}\"")},
  };
  for (const Case& c : bad) {
    EXPECT_EQ(outcome(c.token, jwks(), microsoft), reason(IdTokenFault::issuer)) << c.what;
  }
}

}  // namespace
}  // namespace scanlogin::oidc
