#include "domain/audit/audit_retention.h"

#include "base/error.h"
#include "domain/audit/audit.h"

namespace scanlogin {

void AuditRetention::apply(const Log& log) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto due = due_.load();
  if (now < due || !due_.compare_exchange_strong(due, now + std::chrono::minutes(1))) return;
  try {
    for (int left = 10; left > 0 && forget_audit(mysql_, days_); --left) {
    }
  } catch (const Error& error) {
    log.warning("user_audit not shortened", {{"reason", error.what()}});
  }
}

}  // namespace scanlogin
