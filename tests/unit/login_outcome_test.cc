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

TEST(LoginOutcome, WeixinsRefusalKeepsItsWords) {
  const weixin::Refusal refusal = again(weixin::Refusal{40029, "invalid code, \"x\"\n张三"});
  EXPECT_EQ(refusal.errcode, 40029);
  EXPECT_EQ(refusal.errmsg, "invalid code, \"x\"\n张三");
  EXPECT_EQ(again(weixin::Refusal{-1, ""}).errcode, -1);
}

TEST(LoginOutcome, TheOthersAreWhatTheyWere) {
  again(Cancelled{});
  again(weixin::Snapshot{});
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
