#include "domain/login/login_outcome.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/jwt.h"
#include "unit/test_keys.h"

namespace scanlogin {
namespace {

using namespace test_keys;

const std::string kKey(32, 'k');

template <class Outcome>
Outcome again(const Outcome& outcome) {
  const auto read = parse_outcome(to_text(outcome), KeyRing({std::string(32, 'n'), kKey}));
  EXPECT_TRUE(read && std::holds_alternative<Outcome>(*read)) << to_text(outcome);
  return std::get<Outcome>(read.value());
}

TEST(LoginOutcome, ATokenIsKeptWithoutItsSignatureAndGivenOutWithIt) {
  const jwt::Claims claims{7, "user_7", jwt::Time(std::chrono::seconds(4'000'000'000))};
  const std::string token = jwt::sign(claims, KeyRing({kKey}));
  EXPECT_EQ(again(LoggedIn{token}).token, token);
  const std::string signature = token.substr(token.rfind('.') + 1);
  EXPECT_EQ(to_text(LoggedIn{token}).find(signature), std::string::npos);
  EXPECT_FALSE(parse_outcome(to_text(LoggedIn{token}), KeyRing({std::string(32, 'n')})).has_value())
      << "with another key it would be another token";
}

TEST(LoginOutcome, ATokenIsSignedAgainByTheKeyThatSignedIt) {
  const jwt::Claims claims{7, "user_7", jwt::Time(std::chrono::seconds(4'000'000'000))};
  for (const auto& [pem, public_pem] : {std::pair(kEd25519, kEd25519Public), {kRsa, kRsaPublic}}) {
    const std::string of_secret = jwt::sign(claims, KeyRing({kKey}));
    const KeyRing ring({kKey}, private_key(pem));
    const std::string token = jwt::sign(claims, ring);
    const std::string kept = to_text(LoggedIn{token});
    const auto given_out = [](const std::string& text, const KeyRing& keys) {
      const auto read = parse_outcome(text, keys);
      return read ? std::get<LoggedIn>(*read).token : "";
    };
    EXPECT_EQ(given_out(kept, ring), token);
    EXPECT_EQ(kept.find(token.substr(token.rfind('.') + 1)), std::string::npos);
    EXPECT_EQ(given_out(to_text(LoggedIn{of_secret}), ring), of_secret)
        << "one from before SIGNING_KEY_FILE was set";
    EXPECT_EQ(given_out(kept, KeyRing({kKey}, private_key(kOtherEd25519))), "");
    EXPECT_EQ(given_out(kept, KeyRing({kKey}, std::nullopt, public_keys(public_pem))), "")
        << "a public key signs nothing";
    EXPECT_EQ(given_out(kept, KeyRing({kKey})), "");
  }
}

TEST(LoginOutcome, ARefusalKeepsItsWords) {
  const Refusal refusal = again(Refusal{.code = 40029, .msg = "invalid code, \"x\"\n张三"});
  EXPECT_EQ(std::get<std::int64_t>(refusal.code), 40029);
  EXPECT_EQ(refusal.msg, "invalid code, \"x\"\n张三");
  EXPECT_EQ(std::get<std::int64_t>(again(Refusal{.code = -1}).code), -1);
  EXPECT_EQ(std::get<std::string>(again(Refusal{.code = "snapshot-user"}).code), "snapshot-user");
}

TEST(LoginOutcome, TheOthersAreWhatTheyWere) {
  again(Cancelled{});
  again(ConsentNeeded{});
  EXPECT_EQ(again(Banned{9}).user, 9);
  EXPECT_EQ(again(Linked{"github"}).provider, "github");
  again(IdentityTaken{});
}

TEST(LoginOutcome, WhatWasNeverWrittenIsNone) {
  for (const std::string& text : {std::string(), std::string("{}"), std::string("x"),
                                  std::string(R"({"token":1})"), to_text(NothingScanned{})}) {
    EXPECT_FALSE(parse_outcome(text, KeyRing({kKey})).has_value()) << text;
  }
}

}  // namespace
}  // namespace scanlogin
