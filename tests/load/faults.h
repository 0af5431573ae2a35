#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace scanlogin::load {

using Clock = std::chrono::steady_clock;

// What a client may see of a fault.
enum Symptom : unsigned {
  kUnavailable = 1,        // 503: a backend or an endpoint is away
  kWeixinUnavailable = 2,  // 502
  // A login that failed meanwhile may have had its code taken by WeChat without anybody here having
  // kept the answer: later polls may say 40163.
  kUsedCode = 4,
  // A process may die at its work: what it did stands, nginx may give the request to the next one,
  // and a reply is lost. A page-made login can be lost with it, and a logout take place twice.
  kKilled = 8,
  kCut = 16,  // nginx may close a connection instead of answering
};

inline std::optional<Symptom> symptom_of(const std::string& word) {
  static const std::map<std::string, Symptom> words = {{"503", kUnavailable},
                                                       {"502", kWeixinUnavailable},
                                                       {"40163", kUsedCode},
                                                       {"killed", kKilled},
                                                       {"cut", kCut}};
  const auto found = words.find(word);
  if (found == words.end()) return std::nullopt;
  return found->second;
}

// What the test is doing to the servers, as it says itself. Thread-safe.
class Faults {
 public:
  // From now on these symptoms and no others.
  void allow(unsigned symptoms) {
    const std::lock_guard lock(mutex_);
    changes_.push_back({Clock::now(), symptoms});
  }

  // All that was allowed at any time between then and now.
  unsigned allowed_since(Clock::time_point then) const {
    const std::lock_guard lock(mutex_);
    unsigned symptoms = 0;
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      symptoms |= change->symptoms;
      if (change->at <= then) break;
    }
    return symptoms;
  }

  // Redis has forgotten everything: the sessions, and the logins under way.
  void lose_sessions() {
    const std::lock_guard lock(mutex_);
    ++losses_;
  }
  // How often that has happened.
  int losses() const {
    const std::lock_guard lock(mutex_);
    return losses_;
  }

 private:
  struct Change {
    Clock::time_point at;
    unsigned symptoms;
  };
  mutable std::mutex mutex_;
  std::vector<Change> changes_;
  int losses_ = 0;
};

}  // namespace scanlogin::load
