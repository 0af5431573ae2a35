// One app token for all processes, in a Redis of the test's own.
#include "domain/providers/app_token.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "unit/redis_server.h"

namespace scanlogin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = AppToken::Clock;
using Texts = std::multiset<std::string>;

constexpr int kAtOnce = 24;

class AppTokenTest : public testing::Test {
 protected:
  // An endpoint's process: with a client of its own, at the same Redis.
  struct Process {
    explicit Process(AppTokenTest& test, const std::string& secret = "S",
                     milliseconds limit = seconds(60))
        : redis(test.server_.config(), 16, Log("test", LogLevel::error)),
          token(redis, "acme:app", secret, limit, [&test] { return test.fetch(); }) {}
    redis::Client redis;
    AppToken token;
  };

  std::variant<AppToken::Fetched, Refusal> fetch() {
    const int number = ++fetches_;
    EXPECT_TRUE(redis::eventually([&] { return (held_up_ & only(number)) == 0; }));
    const std::lock_guard lock(mutex_);
    if (!error_.empty()) throw Error(ErrorKind::upstream, error_);
    if (refusal_) return *refusal_;
    return AppToken::Fetched{.token = same_ ? "T" : "T" + std::to_string(number), .life = life_};
  }

  static constexpr unsigned kAllFetches = ~0U;
  static unsigned only(int fetch) { return 1U << static_cast<unsigned>(fetch % 32); }

  static Clock::time_point patience() { return Clock::now() + seconds(300); }
  static AppToken::Held get(AppToken& token, const AppToken::Held& dead = {}) {
    return std::get<AppToken::Held>(token.get(patience(), dead));
  }
  static std::string error_of(AppToken& token, Clock::time_point until = patience()) {
    try {
      token.get(until);
      return "none";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::upstream) << error.what();
      return error.what();
    }
  }

  // What many threads of three processes are told, all of whom ask before the fetch has ended.
  Texts at_once(const std::function<std::string(AppToken&)>& ask) {
    held_up_ = kAllFetches;
    Texts told;
    std::atomic<int> asking = 0;
    std::vector<std::jthread> threads;
    threads.reserve(kAtOnce);
    for (int i = 0; i < kAtOnce; ++i) {
      threads.emplace_back([&, i] {
        ++asking;
        const std::string text = ask(processes_.at(static_cast<std::size_t>(i) % 3).token);
        const std::lock_guard lock(mutex_);
        told.insert(text);
      });
    }
    EXPECT_TRUE(redis::eventually([&] { return asking == kAtOnce && is_fetching(); }));
    // Each has looked at least once by then.
    const std::int64_t looks = commands() + kAtOnce * 2;
    EXPECT_TRUE(redis::eventually([&] { return commands() >= looks; }));
    held_up_ = 0;
    threads.clear();
    return told;
  }
  static Texts times(int count, const std::string& text) {
    Texts all;
    while (count-- > 0) all.insert(text);
    return all;
  }

  // How many scripts Redis has run.
  std::int64_t commands() {
    const std::string text = redis_.command({"INFO", "commandstats"}).text;
    const std::size_t at = text.find("cmdstat_evalsha:calls=");
    return at == std::string::npos ? 0 : std::stoll(text.substr(at + 22));
  }
  std::string key(const std::string& family) {
    const auto found = redis_.command({"KEYS", family + ":*"}).array;
    return found.size() == 1 ? found.at(0).text : "";
  }
  bool is_fetching() { return !key("AppTokenFetch").empty(); }
  seconds life_of(const std::string& family) {
    const auto life = milliseconds(redis_.command({"PTTL", key(family)}).integer);
    return std::chrono::ceil<seconds>(life);
  }
  void refuse(std::int64_t errcode) {
    refusal_ = Refusal{.code = errcode, .msg = "no", .call = "gettoken"};
  }

  redis::Server server_;
  redis::Client redis_{server_.config(), 4, Log("test", LogLevel::error)};
  std::mutex mutex_;
  std::atomic<int> fetches_ = 0;
  std::atomic<unsigned> held_up_ = 0;  // which fetches do not end
  bool same_ = false;
  std::string error_;
  std::optional<Refusal> refusal_;
  seconds life_{7200};
  std::array<Process, 3> processes_{Process(*this), Process(*this), Process(*this)};
  AppToken& token_ = processes_[0].token;
};

TEST_F(AppTokenTest, IsFetchedOnceHoweverManyAskInHoweverManyProcesses) {
  EXPECT_EQ(at_once([](AppToken& token) { return get(token).text; }), times(kAtOnce, "T1"));
  EXPECT_EQ(get(token_).text, "T1");
  EXPECT_EQ(fetches_, 1);
  EXPECT_FALSE(is_fetching());
}

TEST_F(AppTokenTest, IsKeptUntilFiveMinutesBeforeItsEndAndAShortOneForHalfItsLife) {
  get(token_);
  EXPECT_GT(life_of("AppToken"), seconds(6890));
  EXPECT_LE(life_of("AppToken"), seconds(6900));
  redis_.command({"DEL", key("AppToken")});
  life_ = seconds(60);
  get(token_);
  EXPECT_LE(life_of("AppToken"), seconds(30));
  EXPECT_GT(life_of("AppToken"), seconds(20));
}

TEST_F(AppTokenTest, IsReplacedOnceHoweverManyHaveMetThatItIsDead) {
  const AppToken::Held dead = get(token_);
  EXPECT_EQ(at_once([&](AppToken& token) { return get(token, dead).text; }), times(kAtOnce, "T2"));
  EXPECT_EQ(fetches_, 2);
  EXPECT_EQ(get(token_, dead).text, "T2") << "who learns it late leaves the new one alone";
  EXPECT_EQ(get(token_).text, "T2");
  EXPECT_EQ(fetches_, 2);
}

TEST_F(AppTokenTest, IsReplacedOnceWhereTheProviderGivesOutTheSameTextAgain) {
  same_ = true;
  const AppToken::Held dead = get(token_);
  EXPECT_EQ(at_once([&](AppToken& token) { return get(token, dead).text; }), times(kAtOnce, "T"));
  EXPECT_EQ(fetches_, 2);
}

TEST_F(AppTokenTest, AFetchThatFailsFailsForThoseWhoWaitedAndNobodyElse) {
  error_ = "the provider is away";
  EXPECT_EQ(at_once([](AppToken& token) { return error_of(token); }),
            times(kAtOnce, "the provider is away"));
  EXPECT_EQ(fetches_, 1);
  error_ = "";
  EXPECT_EQ(get(token_).text, "T2");
}

TEST_F(AppTokenTest, ARefusalIsTheSameForEverybodyForAMinuteAndSaysThatNobodyAsked) {
  refuse(40001);
  const auto told = at_once([](AppToken& token) {
    const auto refusal = std::get<Refusal>(token.get(patience()));
    EXPECT_TRUE(refusal.operators_mistake);
    EXPECT_EQ(refusal.msg, "no");
    return std::to_string(std::get<std::int64_t>(refusal.code)) + std::string(refusal.call);
  });
  Texts expected = times(kAtOnce - 1, "40001app token, not asked for again yet");
  expected.insert("40001gettoken");
  EXPECT_EQ(told, expected);
  EXPECT_EQ(fetches_, 1);
  EXPECT_GT(life_of("AppTokenFailed"), seconds(50));
  EXPECT_LE(life_of("AppTokenFailed"), AppToken::kPause);

  refusal_.reset();
  redis_.command({"DEL", key("AppTokenFailed")});
  EXPECT_EQ(get(token_).text, "T2");
}

TEST_F(AppTokenTest, AnotherSecretIsNotHeldBackByARefusalAndTakesNoTokenOfThisOne) {
  refuse(40001);
  EXPECT_TRUE(std::holds_alternative<Refusal>(token_.get(patience())));
  refusal_.reset();
  Process mended(*this, "another secret");
  EXPECT_EQ(get(mended.token).text, "T2");
  EXPECT_TRUE(std::holds_alternative<Refusal>(token_.get(patience())));
  const auto all = redis_.command({"KEYS", "*"}).array;
  for (const auto& one : all) {
    EXPECT_EQ(one.text.find("secret"), std::string::npos) << one.text;
  }
}

TEST_F(AppTokenTest, WhoWaitsGivesUpInTime) {
  held_up_ = kAllFetches;
  std::jthread fetching([this] { get(token_); });
  ASSERT_TRUE(redis::eventually([this] { return fetches_ == 1; }));
  EXPECT_EQ(error_of(processes_[1].token, Clock::now()),
            "another login has asked for the app token, in vain so far");
  held_up_ = 0;
}

TEST_F(AppTokenTest, WhoFetchesForTooLongIsFollowedByOneOfThoseWhoWaitAndTakesNothingBack) {
  Process late(*this, "S", milliseconds(1));
  const auto begin_late = [&](int number) {
    std::jthread thread([&, number] {
      EXPECT_EQ(get(late.token).text, "T" + std::to_string(number)) << "it is good still";
    });
    EXPECT_TRUE(redis::eventually([&] { return fetches_ == number; }));
    return thread;
  };
  held_up_ = only(1);
  std::jthread first = begin_late(1);
  EXPECT_EQ(get(token_).text, "T2");
  held_up_ = 0;
  first.join();
  EXPECT_EQ(get(token_).text, "T2");

  // The same, and it ends while the other is fetching still.
  redis_.command({"DEL", key("AppToken")});
  held_up_ = only(3) | only(4);
  first = begin_late(3);
  std::jthread second([this] { EXPECT_EQ(get(token_).text, "T4"); });
  ASSERT_TRUE(redis::eventually([this] { return fetches_ == 4; }));
  held_up_ = only(4);
  first.join();
  EXPECT_TRUE(is_fetching());
  held_up_ = 0;
  second.join();
  EXPECT_EQ(get(token_).text, "T4");
  EXPECT_FALSE(is_fetching());
}

TEST_F(AppTokenTest, WhatIsNoneOfItsOwnInRedisIsAbsent) {
  get(token_);
  const std::string name = key("AppToken");
  for (const char* foreign : {"T", "\nT", "x\n"}) {
    redis_.command({"SET", name, foreign});
    const std::string text = get(token_).text;
    EXPECT_EQ(text, "T" + std::to_string(fetches_.load())) << foreign;
  }
  for (const char* family : {"AppToken", "AppTokenFetch", "AppTokenFailed"}) {
    redis_.command({"DEL", name});
    const std::string foreign = family + name.substr(name.find(':'));
    redis_.command({"HSET", foreign, "a", "b"});
    const std::string text = get(token_).text;
    EXPECT_EQ(text, "T" + std::to_string(fetches_.load())) << foreign;
  }
  EXPECT_EQ(fetches_, 7);
}

TEST_F(AppTokenTest, WithoutRedisThereIsNone) {
  server_.end();
  try {
    get(token_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cache);
  }
  EXPECT_EQ(fetches_, 0) << "nobody could be told of it";
}

}  // namespace
}  // namespace scanlogin
