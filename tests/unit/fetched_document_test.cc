// When a provider's document is fetched, and by whom.
#include "domain/providers/fetched_document.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

namespace scanlogin {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A document that says how often it was fetched, on a clock that the test moves.
class FetchedDocumentTest : public testing::Test {
 protected:
  int fetch() {
    ++fetches;
    if (broken) throw Error(ErrorKind::upstream, "out of reach");
    return fetches;
  }
  std::string error() {
    try {
      return "none, but " + std::to_string(*document.get());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::upstream);
      return error.what();
    }
  }

  int fetches = 0;
  bool broken = false;
  std::chrono::steady_clock::time_point now{hours(1000)};
  FetchedDocument<int> document{[this] { return fetch(); }, [this] { return now; }};
};

TEST_F(FetchedDocumentTest, IsFetchedWhenItIsNeededAndAnHourLater) {
  EXPECT_EQ(fetches, 0);
  EXPECT_EQ(*document.get(), 1);
  now += minutes(59);
  EXPECT_EQ(*document.get(), 1);
  now += minutes(1);
  EXPECT_EQ(*document.get(), 2);
  EXPECT_EQ(*document.get(), 2);
}

TEST_F(FetchedDocumentTest, IsGoodForADayWhileItCannotBeFetched) {
  EXPECT_EQ(*document.get(), 1);
  broken = true;
  now += hours(1);
  EXPECT_EQ(*document.get(), 1);
  EXPECT_EQ(fetches, 2);
  now += seconds(59);
  EXPECT_EQ(*document.get(), 1);
  EXPECT_EQ(fetches, 2) << "tried again within a minute";
  now += seconds(1);
  EXPECT_EQ(*document.get(), 1);
  EXPECT_EQ(fetches, 3) << "not tried again after a minute";
  now += hours(23);
  EXPECT_EQ(error(), "out of reach");
  broken = false;
  EXPECT_EQ(*document.get(), 5);
}

TEST_F(FetchedDocumentTest, ThatWasNeverThereIsTriedEachTime) {
  broken = true;
  EXPECT_EQ(error(), "out of reach");
  EXPECT_EQ(error(), "out of reach");
  EXPECT_EQ(fetches, 2);
  broken = false;
  EXPECT_EQ(*document.get(), 3);
}

TEST_F(FetchedDocumentTest, IsFetchedOnceAMinuteForWhatItLacks) {
  const auto first = document.get();
  const auto second = document.newer_than(first);
  EXPECT_EQ(*second, 2);
  EXPECT_EQ(*document.newer_than(first), 2) << "there is a newer one already";
  EXPECT_EQ(*document.newer_than(second), 2);
  now += seconds(59);
  EXPECT_EQ(*document.newer_than(second), 2);
  EXPECT_EQ(fetches, 2);
  now += seconds(1);
  EXPECT_EQ(*document.newer_than(second), 3);
}

TEST_F(FetchedDocumentTest, KeepsTheOldOneWhereANewerOneCannotBeFetched) {
  const auto first = document.get();
  broken = true;
  EXPECT_THROW(document.newer_than(first), Error);
  EXPECT_EQ(document.newer_than(first), first);
  EXPECT_EQ(document.get(), first);
  EXPECT_EQ(fetches, 2);
}

TEST(FetchedDocument, IsFetchedByOneThreadHoweverManyAsk) {
  constexpr int kThreads = 16;
  std::atomic<int> fetches = 0;
  std::atomic<int> asking = 0;
  FetchedDocument<int> document([&] {
    while (asking < kThreads) std::this_thread::yield();
    return ++fetches;
  });
  std::atomic<int> sum = 0;
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ++asking;
      sum += *document.get();
    });
  }
  threads.clear();
  EXPECT_EQ(fetches, 1);
  EXPECT_EQ(sum, kThreads);
}

TEST(FetchedDocument, ThatFailsIsOneFailureForAllThatWait) {
  constexpr int kThreads = 8;
  std::atomic<int> asking = 0;
  std::atomic<int> fetches = 0;
  std::atomic<int> failures = 0;
  FetchedDocument<int> document([&]() -> int {
    ++fetches;
    while (asking < kThreads) std::this_thread::yield();
    throw Error(ErrorKind::upstream, "out of reach");
  });
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ++asking;
      try {
        (void)document.get();
      } catch (const Error&) {
        ++failures;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(failures, kThreads);
  EXPECT_LE(fetches, kThreads);  // whoever comes when it has failed tries anew
}

TEST(FetchedDocument, ThatIsStillGoodKeepsNobodyWaiting) {
  std::chrono::steady_clock::time_point now{hours(1000)};
  std::binary_semaphore refreshing(0);
  std::binary_semaphore go_on(0);
  int fetches = 0;
  FetchedDocument<int> document(
      [&] {
        if (++fetches == 2) {
          refreshing.release();
          go_on.acquire();
        }
        return fetches;
      },
      [&] { return now; });
  EXPECT_EQ(*document.get(), 1);
  now += hours(2);
  std::jthread refresher([&] { EXPECT_EQ(*document.get(), 2); });
  refreshing.acquire();
  EXPECT_EQ(*document.get(), 1);
  go_on.release();
}

}  // namespace
}  // namespace scanlogin
