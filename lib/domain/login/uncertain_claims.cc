#include "domain/login/uncertain_claims.h"

#include <utility>

#include "base/crypto.h"

namespace scanlogin {
namespace {

constexpr std::size_t kOwnerBytes = 16;
// What is left beyond this waits until its life is over.
constexpr std::size_t kMost = 1024;

}  // namespace

std::string UncertainClaims::new_owner() { return random_hex(kOwnerBytes); }

UncertainClaims::Owners UncertainClaims::take(const std::string& uuid) {
  const std::lock_guard lock(mutex_);
  const auto found = left_.extract(uuid);
  if (found.empty()) return {"", new_owner()};
  return std::move(found.mapped().owners);
}

void UncertainClaims::put(const std::string& uuid, Owners owners, std::chrono::milliseconds life) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (left_.size() >= kMost) {
    std::erase_if(left_, [&](const auto& entry) { return entry.second.until < now; });
  }
  if (left_.size() < kMost) left_.insert_or_assign(uuid, Left{std::move(owners), now + life});
}

void UncertainClaims::leave(const std::string& uuid, std::string owner,
                            std::chrono::milliseconds life) {
  put(uuid, {std::move(owner), new_owner()}, life);
}

}  // namespace scanlogin
