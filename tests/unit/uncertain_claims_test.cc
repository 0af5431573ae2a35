#include "domain/login/uncertain_claims.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace scanlogin {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(UncertainClaims, WhereNothingIsLeftEachAskerIsANewOne) {
  UncertainClaims claims;
  const auto first = claims.take("u");
  EXPECT_EQ(first.left, "");
  EXPECT_NE(first.next, "");
  EXPECT_NE(claims.take("u").next, first.next);
}

TEST(UncertainClaims, AQuestionWithoutAnAnswerIsAskedAgainInTheSameNameOnce) {
  UncertainClaims claims;
  claims.put("u", {"before", "asker"}, hours(1));
  EXPECT_EQ(claims.take("another").left, "");
  const auto again = claims.take("u");
  EXPECT_EQ(again.left, "before");
  EXPECT_EQ(again.next, "asker");
  EXPECT_EQ(claims.take("u").left, "") << "it was taken";
}

TEST(UncertainClaims, AClaimThatCouldNotBeGivenBackIsTakenOverInANewName) {
  UncertainClaims claims;
  claims.leave("u", "owner", hours(1));
  const auto owners = claims.take("u");
  EXPECT_EQ(owners.left, "owner");
  EXPECT_NE(owners.next, "owner") << "a command in the old name may still arrive";
  EXPECT_NE(owners.next, "");
}

TEST(UncertainClaims, TheLastWordCounts) {
  UncertainClaims claims;
  claims.leave("u", "first", hours(1));
  claims.leave("u", "second", hours(1));
  EXPECT_EQ(claims.take("u").left, "second");
}

TEST(UncertainClaims, WhereThereAreTooManyThoseWhoseLifeIsOverMakeRoom) {
  constexpr int kMost = 1024;
  UncertainClaims claims;
  for (int i = 0; i < kMost; ++i) claims.leave("old " + std::to_string(i), "o", milliseconds(-1));
  for (int i = 0; i < kMost; ++i) claims.leave("new " + std::to_string(i), "n", hours(1));
  claims.leave("one more", "m", hours(1));
  EXPECT_EQ(claims.take("one more").left, "") << "there was no room";
  int kept = 0;
  for (int i = 0; i < kMost; ++i) kept += claims.take("new " + std::to_string(i)).left == "n";
  EXPECT_EQ(kept, kMost);
  EXPECT_EQ(claims.take("old 0").left, "");
}

}  // namespace
}  // namespace scanlogin
