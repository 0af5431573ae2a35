#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "faults.h"

namespace scanlogin::load {

// What a request is about.
enum class Kind { begin, scan, login, nothing, live, dead, logout, count };

// What the answers were. Thread-safe.
class Scores {
 public:
  explicit Scores(int players) : by_player_(static_cast<std::size_t>(players)) {}

  void good(Kind kind, int player) {
    const std::lock_guard lock(mutex_);
    ++by_kind_.at(static_cast<std::size_t>(kind));
    ++by_player_.at(static_cast<std::size_t>(player));
  }
  void unavailable(const std::string& what) {
    const std::lock_guard lock(mutex_);
    ++unavailable_;
    begin_counting(what);
  }
  // Right, but not yet what the one who asks is waiting for.
  void late(const std::string& what) {
    const std::lock_guard lock(mutex_);
    begin_counting(what);
  }
  void wrong(const std::string& what, const std::string& expected, const std::string& got) {
    const std::lock_guard lock(mutex_);
    ++wrong_;
    begin_counting(what);
    std::fprintf(stderr, "%s: expected %s, got %s\n", what.c_str(), expected.c_str(), got.c_str());
  }
  void asked() {
    const std::lock_guard lock(mutex_);
    ++requests_;
  }

  // The fault is over.
  void back() {
    const std::lock_guard lock(mutex_);
    back_ = Clock::now();
    begin_counting("");
  }
  // How long after it the last answer came that was not good, and what that was; nothing until
  // every kind of request and every player has had good answers enough since then.
  std::optional<std::string> well() const {
    const std::lock_guard lock(mutex_);
    const auto enough = [](int answers) { return answers >= kEnough; };
    if (!std::all_of(by_kind_.begin(), by_kind_.end(), enough) ||
        !std::all_of(by_player_.begin(), by_player_.end(), enough)) {
      return std::nullopt;
    }
    const auto after = std::chrono::duration_cast<std::chrono::milliseconds>(last_bad_ - back_);
    return "well after " + std::to_string(after.count()) + " ms" +
           (bad_.empty() ? "" : " (" + bad_ + ")");
  }

  // What the last answer was that was not good.
  std::string last_bad() const {
    const std::lock_guard lock(mutex_);
    return bad_.empty() ? "too few answers" : bad_;
  }

  std::string report() const {
    const std::lock_guard lock(mutex_);
    return std::to_string(requests_) + " requests, " + std::to_string(wrong_) + " wrong, " +
           std::to_string(unavailable_) + " unavailable";
  }
  bool all_right() const {
    const std::lock_guard lock(mutex_);
    return wrong_ == 0;
  }

 private:
  static constexpr int kEnough = 5;

  void begin_counting(const std::string& bad) {
    bad_ = bad;
    last_bad_ = Clock::now();
    by_kind_.fill(0);
    std::fill(by_player_.begin(), by_player_.end(), 0);
  }

  mutable std::mutex mutex_;
  std::array<int, static_cast<std::size_t>(Kind::count)> by_kind_{};  // good ones since last_bad_
  std::vector<int> by_player_;
  Clock::time_point back_ = Clock::now();
  Clock::time_point last_bad_ = back_;
  std::string bad_;  // what came then
  long requests_ = 0;
  long wrong_ = 0;
  long unavailable_ = 0;
};

}  // namespace scanlogin::load
