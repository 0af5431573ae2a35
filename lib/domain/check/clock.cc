#include "domain/check/clock.h"

#include <algorithm>
#include <chrono>

namespace scanlogin::check {
namespace {

constexpr std::int64_t kNoticed = 5'000;  // ms
constexpr std::int64_t kFault = 60'000;

}  // namespace

std::int64_t milliseconds_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Finding compare_clocks(const std::string& what, std::int64_t theirs, std::int64_t asked,
                       std::int64_t answered, std::int64_t precision) {
  const std::int64_t ahead = std::max<std::int64_t>(asked - precision - theirs, 0);
  const std::int64_t behind = std::max<std::int64_t>(theirs - answered - precision, 0);
  const std::int64_t off = std::max(ahead, behind);
  if (off < kNoticed) return {.what = what, .detail = "the same as here"};
  return {.what = what,
          .state = off < kFault ? State::warning : State::fault,
          .detail = "this machine's is " + std::to_string(off / 1000) + " s " +
                    (ahead > 0 ? "ahead" : "behind"),
          .advice =
              "have all machines take their time by NTP (timedatectl set-ntp true): tokens, "
              "sessions and "
              "logins end by the clock"};
}

}  // namespace scanlogin::check
