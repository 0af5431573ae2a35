#include "api/schema_watch.h"

#include <chrono>
#include <utility>

#include "base/error.h"
#include "domain/schema/schema.h"

namespace scanlogin {

SchemaWatch::SchemaWatch(mysql::Client& mysql, Log log, std::function<void()> wrong)
    : mysql_(mysql), log_(std::move(log)), wrong_(std::move(wrong)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void SchemaWatch::wait_for_first_look(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, limit, [this] { return looked_; });
}

std::optional<std::string> SchemaWatch::fault() {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void SchemaWatch::run(const std::stop_token& stop) {
  for (;;) {
    const bool is_known = look();
    std::unique_lock lock(mutex_);
    looked_ = true;
    wake_.notify_all();
    if (is_known) return;
    const auto stopped = [&stop] { return stop.stop_requested(); };
    if (wake_.wait_for(lock, stop, std::chrono::seconds(1), stopped)) return;
  }
}

// Whether there was an answer. That there is none is logged by whoever needs MySQL for a request.
bool SchemaWatch::look() {
  try {
    const SchemaCheck check = check_schema(mysql_);
    if (check.finding == SchemaCheck::Finding::unreadable) {
      log_.warning("the database's schema cannot be seen", {{"reason", check.reason}});
    } else if (check.finding == SchemaCheck::Finding::wrong) {
      {
        const std::lock_guard lock(mutex_);
        fault_ = check.reason;
      }
      wrong_();
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace scanlogin
