#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/metrics.h"

namespace scanlogin {

// What a server counts of the requests it has answered, without a lock:
// scanlogin_http_requests_total{code}, scanlogin_http_request_duration_seconds, and
// scanlogin_held_request_duration_seconds for those that waited for something to say, such as
// polls: that is no measure of how fast the server is.
class RequestMetrics {
 public:
  using Duration = std::chrono::steady_clock::duration;

  // took: from when the request had arrived until its answer was written.
  void answered(int status, Duration took, bool held) noexcept {
    by_code_.add(status);
    (held ? held_ : answered_).observe(took);
  }

 private:
  class ByCode final : public metrics::Source {
   public:
    ByCode();
    ~ByCode() { end(); }
    void add(int status) noexcept;
    void collect(metrics::Family& family) const override;

   private:
    std::array<std::atomic<std::uint64_t>, 600> counts_{};
  };

  ByCode by_code_;
  metrics::Histogram answered_{"scanlogin_http_request_duration_seconds",
                               "From a request's arrival until its answer was written, but for "
                               "those that were held."};
  metrics::Histogram held_{"scanlogin_held_request_duration_seconds",
                           "The same of requests that waited for something to say."};
};

}  // namespace scanlogin
