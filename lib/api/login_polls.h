#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/app.h"
#include "base/metrics.h"
#include "clients/redis_pipeline.h"
#include "domain/login/login.h"
#include "domain/login/scan_watch.h"
#include "server/open_request.h"

namespace scanlogin {

// The answers to GET login/NAME/?uuid=U, and to the same with &wait=S, which is held for up to S
// seconds, 1 to 25, until there is something to say. A held one costs its request and a descriptor,
// no thread and no timer of its own. Some descriptors are left for all else: beyond that none is
// held. It is woken when Redis says that its uuid was scanned; while Redis cannot be watched, all
// of them look once a second. All on the loop but check().
class LoginPolls {
 public:
  // Both live as long as this. Watches for codes from the start if Redis is there; else the first
  // poll sees to it.
  LoginPolls(App& app, Login& login);

  // `uuid` is what a page polls with: 1 to 128 of A–Z a–z 0–9 - _ . — for anything else, and for a
  // `wait` that is none, 200 {"code":"params-error",…}. A HEAD is never held, and exchanges no
  // code.
  Answer answer(const Request& request);

  // About once a second each: tick() on the loop, check() on a thread.
  void tick();
  void check();
  // Answers all that is held with the reply for nothing scanned; from now on none is.
  void drain();

 private:
  using Clock = std::chrono::steady_clock;
  struct Held {
    OpenRequest open;
    std::string uuid;
  };
  using HeldUntil = std::multimap<Clock::time_point, Held>;

  void wake(const std::string& uuid);  // it was scanned
  Response nothing(const Request& request) const;
  Work work(std::string uuid, Clock::time_point until);
  void take(OpenRequest open, std::string uuid, Clock::time_point until);
  void hold(OpenRequest open, std::string uuid, Clock::time_point until);
  OpenRequest release(HeldUntil::iterator held);
  void answer_overdue(Clock::time_point now);
  void look_for_scans();

  App& app_;
  Login& login_;
  ScanWatch scans_;
  redis::Pipeline pipeline_;
  const std::size_t most_;
  HeldUntil held_;
  // Views of the uuids in held_.
  std::unordered_multimap<std::string_view, HeldUntil::iterator> by_uuid_;
  std::uint64_t hearing_ = 0;  // ScanWatch's, at the last tick
  bool draining_ = false;
  std::size_t most_held_ = 0;  // since memory was given back
  std::atomic<bool> left_much_{false};
  const metrics::Gauge held_now_{
      "scanlogin_held_polls", "Polls that wait for something to say.", {}, [this] {
        return static_cast<double>(held_.size());
      }};
};

}  // namespace scanlogin
