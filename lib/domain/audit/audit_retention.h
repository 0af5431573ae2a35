#pragma once

#include <atomic>
#include <chrono>

#include "base/log.h"
#include "clients/mysql.h"

namespace scanlogin {

// Forgets what user_audit has kept for longer than AUDIT_DAYS, by and by. Used from any thread.
class AuditRetention {
 public:
  // mysql: lives as long as this. days: after which it is forgotten.
  AuditRetention(mysql::Client& mysql, std::chrono::days days) : mysql_(mysql), days_(days) {}

  // At most once a minute, up to ten thousand rows: more than one address can add in that time.
  // Where it cannot, the log is told.
  void apply(const Log& log);

 private:
  mysql::Client& mysql_;
  const std::chrono::days days_;
  std::atomic<std::chrono::steady_clock::duration> due_{};
};

}  // namespace scanlogin
