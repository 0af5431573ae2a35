#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"

namespace scanlogin {

// What a provider publishes and changes now and then: fetched when it is first needed, kept, and
// fetched again when it is an hour old. While that fails the old one stays good until it is a day
// old, and is tried again once a minute. However many threads ask, one fetches; those that cannot
// go on without wait for it and share what it comes to. Used from any thread.
template <class Document>
class FetchedDocument {
 public:
  using Clock = std::chrono::steady_clock;
  using Fetch = std::function<Document()>;
  using Now = std::function<Clock::time_point()>;
  using Kept = std::shared_ptr<const Document>;

  static constexpr std::chrono::hours kFresh{1};
  static constexpr std::chrono::hours kGood{24};
  static constexpr std::chrono::minutes kPause{1};

  // fetch: throws Error where it fails; never called twice at a time.
  explicit FetchedDocument(Fetch fetch, Now now = Clock::now)
      : fetch_(std::move(fetch)), now_(std::move(now)) {}

  // The document. Throws Error(upstream), with the fetch's text, where there is none that is good.
  Kept get() {
    std::unique_lock lock(mutex_);
    const Clock::time_point now = now_();
    const bool good = kept_ && now < fetched_ + kGood;
    const bool fresh = good && now < fetched_ + kFresh;
    if (fresh || (good && (fetching_ || now < tried_ + kPause))) return kept_;
    const Outcome outcome = fetch_once(lock);
    if (outcome.document) return outcome.document;
    return good ? kept_ : throw Error(ErrorKind::upstream, outcome.error);
  }

  // One that is newer than `seen`, where something is missing in it. Once a minute it is fetched
  // for that; in between the same one comes back. Throws Error(upstream) where the fetch fails.
  Kept newer_than(const Kept& seen) {
    std::unique_lock lock(mutex_);
    if (kept_ != seen) return kept_;
    const Clock::time_point now = now_();
    if (!fetching_ && asked_ && now < *asked_ + kPause) return kept_;
    asked_ = now;
    const Outcome outcome = fetch_once(lock);
    return outcome.document ? outcome.document : throw Error(ErrorKind::upstream, outcome.error);
  }

 private:
  struct Outcome {
    Kept document;      // null: it failed
    std::string error;  // then why
  };

  // Fetches, or waits for the thread that does. The lock is released meanwhile.
  Outcome fetch_once(std::unique_lock<std::mutex>& lock) {
    if (fetching_) {
      done_.wait(lock, [this, round = round_] { return round_ != round; });
      return last_;
    }
    fetching_ = true;
    lock.unlock();
    Outcome outcome = fetch_now();
    lock.lock();
    fetching_ = false;
    ++round_;
    tried_ = now_();
    last_ = outcome;
    if (outcome.document) {
      kept_ = outcome.document;
      fetched_ = tried_;
    }
    done_.notify_all();
    return outcome;
  }

  // Whatever it throws: else nobody would ever fetch again.
  Outcome fetch_now() const noexcept {
    try {
      return {std::make_shared<const Document>(fetch_()), ""};
    } catch (const std::exception& error) {
      return {nullptr, error.what()};
    }
  }

  const Fetch fetch_;
  const Now now_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool fetching_ = false;
  unsigned round_ = 0;  // fetches that have ended
  Outcome last_;        // of the latest of them
  Kept kept_;
  Clock::time_point fetched_;
  Clock::time_point tried_;
  std::optional<Clock::time_point> asked_;  // when newer_than() last fetched
};

}  // namespace scanlogin
