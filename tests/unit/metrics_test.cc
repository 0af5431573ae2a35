#include "base/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace scanlogin::metrics {
namespace {

using namespace std::chrono_literals;

// What collect() says of a family; an empty one if it does not know it.
Family family_of(const std::string& name) {
  for (Family& family : collect()) {
    if (family.name == name) return std::move(family);
  }
  return {};
}

double value_of(const Family& family, const Labels& labels) {
  for (const Sample& sample : family.samples) {
    if (sample.labels == labels) return sample.value;
  }
  return -1;
}

TEST(Metrics, AreThoseThatLive) {
  auto counter = std::make_unique<Counter>("test_total", "Things.");
  counter->add();
  counter->add(41);
  const Family family = family_of("test_total");
  EXPECT_EQ(family.help, "Things.");
  EXPECT_EQ(family.type, Type::counter);
  EXPECT_EQ(value_of(family, {}), 42);
  counter.reset();
  EXPECT_EQ(family_of("test_total").name, "");
}

TEST(Metrics, OfOneNameAreOneFamilyAndThoseWithTheSameLabelsOneSample) {
  Counter a("test_total", "Things.", {{"k", "a"}});
  Counter b("test_total", "Things.", {{"k", "b"}});
  Counter again("test_total", "Things.", {{"k", "a"}});
  a.add();
  b.add(2);
  again.add(4);
  const Family family = family_of("test_total");
  EXPECT_EQ(family.samples.size(), 2U);
  EXPECT_EQ(value_of(family, {{"k", "a"}}), 5);
  EXPECT_EQ(value_of(family, {{"k", "b"}}), 2);
}

TEST(Metrics, ComeByName) {
  Counter b("test_b", "");
  Counter a("test_a", "");
  const std::vector<Family> all = collect();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const Family& one, const Family& other) {
    return one.name < other.name;
  }));
}

TEST(CountersByLabels, AreBoundedInNumber) {
  Counters counters("test_total", "Replies.");
  for (int i = 0; i < 1000; ++i) counters.add({{"call", "x"}, {"code", std::to_string(i)}});
  counters.add({{"call", "x"}, {"code", "0"}});
  const Family family = family_of("test_total");
  EXPECT_EQ(family.samples.size(), 201U);
  EXPECT_EQ(value_of(family, {{"call", "x"}, {"code", "0"}}), 2);
  EXPECT_EQ(value_of(family, {{"call", "x"}, {"code", "other"}}), 800);
}

TEST(CountersByLabels, AreThereBeforeAnythingHappens) {
  Counters counters("test_total", "Replies.");
  counters.add({{"code", "503"}}, 0);
  EXPECT_EQ(value_of(family_of("test_total"), {{"code", "503"}}), 0);
  counters.add({{"code", "503"}});
  EXPECT_EQ(value_of(family_of("test_total"), {{"code", "503"}}), 1);
}

TEST(Gauge, IsAskedEachTime) {
  double now = 1;
  const Gauge gauge("test_now", "", {}, [&now] { return now; });
  EXPECT_EQ(value_of(family_of("test_now"), {}), 1);
  now = 2;
  EXPECT_EQ(value_of(family_of("test_now"), {}), 2);
}

TEST(Histogram, CountsWhatIsAtMostItsBound) {
  Histogram histogram("test_seconds", "");
  histogram.observe(0ns);
  histogram.observe(100us);  // the first bound
  histogram.observe(101us);
  histogram.observe(25s);  // the last
  histogram.observe(26s);
  const Family family = family_of("test_seconds");
  ASSERT_EQ(family.distributions.size(), 1U);
  const Distribution& distribution = family.distributions[0];
  EXPECT_EQ(distribution.counts[0], 2U);
  EXPECT_EQ(distribution.counts[1], 1U);
  EXPECT_EQ(distribution.counts[kBounds.size() - 1], 1U);
  EXPECT_EQ(distribution.counts[kBounds.size()], 1U);
  EXPECT_DOUBLE_EQ(distribution.sum, 51.000201);
}

TEST(Metrics, LoseNothingBetweenThreads) {
  Counter counter("test_total", "");
  Counters counters("test_by_label_total", "");
  Histogram histogram("test_seconds", "");
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        counter.add();
        counters.add({{"k", std::to_string(n % 3)}});
        histogram.observe(1ms);
        if (n % 100 == 0) collect();
        const Counter brief("test_brief_total", "");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value_of(family_of("test_total"), {}), 4000);
  EXPECT_EQ(family_of("test_seconds").distributions[0].counts[3], 4000U);
  double all = 0;
  for (const Sample& sample : family_of("test_by_label_total").samples) all += sample.value;
  EXPECT_EQ(all, 4000);
}

}  // namespace
}  // namespace scanlogin::metrics
