#include "domain/sessions/answer_memory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace scanlogin {
namespace {

using std::chrono::seconds;

const AnswerMemory::Time kNow{seconds(1000)};
constexpr jwt::Time kDate{seconds(1'700'000'000)};

AnswerMemory::Entry entry(const std::string& token, std::int64_t user,
                          const std::string& answer = "answer") {
  return {.token = token,
          .user = user,
          .answer = std::make_shared<const std::string>(answer),
          .exp = kDate + seconds(60),
          .read = kNow,
          .noted = kNow};
}

// What is remembered for the token; "-" for nothing.
std::string found(AnswerMemory& memory, const std::string& token, seconds later = seconds(0)) {
  const AnswerMemory::Entry* entry = memory.find(token, kNow + later, kDate + later,
                                                 {.settled = seconds(5), .unsettled = seconds(2)});
  return entry == nullptr ? "-" : *entry->answer;
}

TEST(AnswerMemory, GivesBackWhatWasKeptForTheTokenAlone) {
  AnswerMemory memory(10);
  memory.keep(entry("a", 1, "one"));
  memory.keep(entry("b", 2, "two"));
  EXPECT_EQ(found(memory, "a"), "one");
  EXPECT_EQ(found(memory, "b"), "two");
  EXPECT_EQ(found(memory, "c"), "-");
  EXPECT_EQ(found(memory, ""), "-");
}

TEST(AnswerMemory, KeepsTheLastAnswerForAToken) {
  AnswerMemory memory(2);
  memory.keep(entry("a", 1, "before"));
  memory.keep(entry("b", 2));
  memory.keep(entry("a", 1, "after"));
  EXPECT_EQ(found(memory, "a"), "after");
  EXPECT_EQ(found(memory, "b"), "answer") << "it made place for a token that was there";
}

TEST(AnswerMemory, TrustsAnAnswerForItsTimeAndATokenUntilItsExp) {
  AnswerMemory memory(10);
  memory.keep(entry("a", 1));
  EXPECT_EQ(found(memory, "a", seconds(4)), "answer");
  EXPECT_EQ(found(memory, "a", seconds(5)), "-");
  EXPECT_EQ(found(memory, "a"), "-") << "what is trusted no longer is gone";

  AnswerMemory::Entry unsettled = entry("c", 1);
  unsettled.settled = false;
  memory.keep(unsettled);
  EXPECT_EQ(found(memory, "c", seconds(1)), "answer");
  EXPECT_EQ(found(memory, "c", seconds(2)), "-");

  AnswerMemory::Entry brief = entry("b", 1);
  brief.exp = kDate + seconds(2);
  memory.keep(brief);
  EXPECT_EQ(found(memory, "b", seconds(1)), "answer");
  EXPECT_EQ(found(memory, "b", seconds(2)), "-");
}

TEST(AnswerMemory, ForgetsAllTokensOfAUserAndNobodyElses) {
  AnswerMemory memory(10);
  memory.keep(entry("a", 1));
  memory.keep(entry("b", 2));
  memory.keep(entry("c", 1));
  memory.forget(1);
  EXPECT_EQ(found(memory, "a"), "-");
  EXPECT_EQ(found(memory, "b"), "answer");
  EXPECT_EQ(found(memory, "c"), "-");
  memory.forget(3);
  EXPECT_EQ(found(memory, "b"), "answer");
  memory.forget_all();
  EXPECT_EQ(found(memory, "b"), "-");
}

TEST(AnswerMemory, TheColdestLeavesFirst) {
  AnswerMemory memory(2);
  memory.keep(entry("a", 1));
  memory.keep(entry("b", 2));
  EXPECT_EQ(found(memory, "a"), "answer");  // hotter than b by now
  memory.keep(entry("c", 3));
  EXPECT_EQ(found(memory, "a"), "answer");
  EXPECT_EQ(found(memory, "b"), "-");
  EXPECT_EQ(found(memory, "c"), "answer");
  memory.forget(2);
  EXPECT_EQ(found(memory, "c"), "answer") << "who has left is nobody's";
}

TEST(AnswerMemory, WhereAllAreMetSomebodyLeavesAllTheSame) {
  constexpr int kMany = 1000;
  AnswerMemory memory(kMany);
  for (int i = 0; i < kMany; ++i) memory.keep(entry("t" + std::to_string(i), i));
  for (int i = 0; i < kMany; ++i) EXPECT_EQ(found(memory, "t" + std::to_string(i)), "answer");
  memory.keep(entry("new", kMany));
  EXPECT_EQ(found(memory, "new"), "answer");
  EXPECT_EQ(found(memory, "t0"), "answer") << "it was spared";
  EXPECT_EQ(found(memory, "t64"), "-") << "the first behind those that were spared";
  EXPECT_EQ(found(memory, "t65"), "answer");
}

TEST(AnswerMemory, WithoutPlaceRemembersNothing) {
  AnswerMemory memory(0);
  memory.keep(entry("a", 1));
  EXPECT_EQ(found(memory, "a"), "-");
}

TEST(AnswerMemory, TellsALookUpWhatOvertakesIt) {
  AnswerMemory memory(10);
  AnswerMemory::LookUp mine{.user = 1}, others{.user = 2}, over{.user = 1};
  memory.begin(mine);
  memory.begin(others);
  memory.begin(over);
  memory.end(over);
  memory.forget(1);
  EXPECT_TRUE(mine.overtaken);
  EXPECT_FALSE(others.overtaken);
  EXPECT_FALSE(over.overtaken) << "it was over";
  memory.forget_all();
  EXPECT_TRUE(others.overtaken);
  memory.end(mine);
  memory.end(others);
}

}  // namespace
}  // namespace scanlogin
