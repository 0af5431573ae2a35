#include "domain/sessions/profile_trust.h"

#include <algorithm>

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kUnheard{2};
constexpr std::chrono::seconds kBetweenLooks{3};
constexpr std::chrono::minutes kBetweenShortenings{1};

}  // namespace

bool ProfileTrust::hears_changes(Clock::time_point now) const noexcept {
  return listening_since_.load() < now && now < heard_.load() + kUnheard;
}

std::chrono::milliseconds ProfileTrust::longest(Clock::time_point now) const noexcept {
  const auto whole = [now](Clock::time_point since) {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::floor<std::chrono::milliseconds>(now - since));
  };
  std::chrono::milliseconds trust = shortest_;
  if (hears_changes(now)) {
    trust = std::max(trust,
                     std::min<std::chrono::milliseconds>(Profiles::kLife, whole(listening_since_)));
  }
  return std::min(trust, whole(certain_since_));
}

void ProfileTrust::read_changes(const ChangedUsers::PassOn& pass_on) {
  const auto now = Clock::now();
  if (now < next_look_) return;
  try {
    switch (changed_.read(pass_on)) {
      case ChangedUsers::Reading::unavailable:
        next_look_ = now + kBetweenLooks;
        heard_ = Clock::time_point::min();
        return;
      case ChangedUsers::Reading::begun:
        log_.info("listening to the triggers on user_user");
        listening_since_ = Clock::now();
        break;
      case ChangedUsers::Reading::complete:
        break;
    }
    heard_ = now;
    shorten();
  } catch (const Error&) {
  }
}

void ProfileTrust::shorten() {
  const auto now = Clock::now();
  if (now < next_shortening_) return;
  next_shortening_ = now + kBetweenShortenings;
  try {
    changed_.shorten();
  } catch (const Error& error) {
    if (!reported_) log_.warning("user_changed not shortened", {{"reason", error.what()}});
    reported_ = true;
  }
}

}  // namespace scanlogin
