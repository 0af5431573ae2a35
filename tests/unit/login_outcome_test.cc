#include "domain/login/login_outcome.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/jwt.h"

namespace scanlogin {
namespace {

const std::string kKey(32, 'k');

template <class Outcome>
Outcome again(const Outcome& outcome) {
  const auto read = parse_outcome(to_text(outcome), {std::string(32, 'n'), kKey});
  EXPECT_TRUE(read && std::holds_alternative<Outcome>(*read)) << to_text(outcome);
  return std::get<Outcome>(read.value());
}

TEST(LoginOutcome, ATokenIsKeptWithoutItsSignatureAndGivenOutWithIt) {
  const jwt::Claims claims{7, "user_7", jwt::Time(std::chrono::seconds(4'000'000'000))};
  const std::string token = jwt::sign(claims, kKey);
  EXPECT_EQ(again(LoggedIn{token}).token, token);
  const std::string signature = token.substr(token.rfind('.') + 1);
  EXPECT_EQ(to_text(LoggedIn{token}).find(signature), std::string::npos);
  EXPECT_FALSE(parse_outcome(to_text(LoggedIn{token}), {std::string(32, 'n')}).has_value())
      << "with another key it would be another token";
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
  EXPECT_EQ(again(Banned{9}).user, 9);
}

TEST(LoginOutcome, WhatWasNeverWrittenIsNone) {
  for (const std::string& text : {std::string(), std::string("{}"), std::string("x"),
                                  std::string(R"({"token":1})"), to_text(NothingScanned{})}) {
    EXPECT_FALSE(parse_outcome(text, {kKey}).has_value()) << text;
  }
}

}  // namespace
}  // namespace scanlogin
