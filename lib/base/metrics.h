#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

// What a process counts of itself, in Prometheus's terms: names and units by its conventions
// (prometheus.io/docs/practices/naming). Whatever counts is a Source, which is known to collect()
// for as long as it lives; so a program has the families of what is linked into it, and no others.
// Counting takes no lock but where it says so. All of it but collect() from any thread.
namespace scanlogin::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

enum class Type { counter, gauge, histogram };

struct Sample {
  Labels labels;
  double value = 0;
};

// Upper bounds in seconds of a histogram's buckets; behind the last there is one without a bound.
// From what an answer from memory takes to what a held poll does.
inline constexpr std::array kBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                       0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                       1.0,    2.5,     5.0,    10.0,  25.0};

struct Distribution {
  Labels labels;
  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // of each bucket alone
  double sum = 0;                                          // seconds
};

struct Family {
  std::string name;
  std::string help;
  Type type = Type::counter;
  std::vector<Sample> samples;
  std::vector<Distribution> distributions;  // a histogram's
};

// All families, by name. Samples of several sources with the same labels are one, their sum. On the
// thread of the program's loop: some of what is asked is that one's own.
std::vector<Family> collect();

class Source {
 public:
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // Adds what there is to the family, which may hold other sources' already.
  virtual void collect(Family& family) const = 0;

  const char* name() const noexcept { return name_; }
  const char* help() const noexcept { return help_; }
  Type type() const noexcept { return type_; }

 protected:
  // Both texts live as long as this.
  Source(Type type, const char* name, const char* help);
  // Every class that is final calls these: collect() may be called from one to the other.
  void begin();
  void end() noexcept;
  ~Source() = default;

 private:
  const Type type_;
  const char* const name_;
  const char* const help_;
};

// How often something has happened.
class Counter final : public Source {
 public:
  Counter(const char* name, const char* help, Labels labels = {});
  ~Counter() { end(); }
  void add(std::uint64_t count = 1) noexcept { count_.fetch_add(count, std::memory_order_relaxed); }
  void collect(Family& family) const override;

 private:
  const Labels labels_;
  std::atomic<std::uint64_t> count_{0};
};

// The same by labels that are known only as it happens. Takes a lock: for what is rare. Behind 200
// different labels all others are counted under the last label "other".
//
// Prometheus sees no increase in a sample that comes into being at 1: add(labels, 0) as the program
// starts for what somebody is to be told of the first time.
class Counters final : public Source {
 public:
  Counters(const char* name, const char* help);
  ~Counters() { end(); }
  void add(Labels labels, std::uint64_t count = 1);
  void collect(Family& family) const override;

 private:
  mutable std::mutex mutex_;
  std::map<Labels, std::uint64_t> counts_;
};

// How much there is of something just now. `value` is called by collect(), which a program with a
// loop calls on that, and must not block.
class Gauge final : public Source {
 public:
  Gauge(const char* name, const char* help, Labels labels, std::function<double()> value);
  ~Gauge() { end(); }
  void collect(Family& family) const override;

 private:
  const Labels labels_;
  const std::function<double()> value_;
};

// How long something takes.
class Histogram final : public Source {
 public:
  using Duration = std::chrono::steady_clock::duration;

  Histogram(const char* name, const char* help, Labels labels = {});
  ~Histogram() { end(); }
  void observe(Duration took) noexcept;
  void collect(Family& family) const override;

 private:
  const Labels labels_;
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

}  // namespace scanlogin::metrics
