#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/log.h"
#include "clients/mysql.h"

namespace scanlogin {

// Looks once, on a thread of its own, whether this program may run on the database as it is:
// at once, or as soon as MySQL can be reached.
class SchemaWatch {
 public:
  // If it must not run there, calls wrong, on that thread. If it cannot be seen, logs a warning.
  SchemaWatch(mysql::Client& mysql, Log log, std::function<void()> wrong);

  // Until MySQL has been asked for the first time, whatever came of it; limit at the most.
  void wait_for_first_look(std::chrono::milliseconds limit);

  // Why it must not, in one line.
  std::optional<std::string> fault();

 private:
  void run(const std::stop_token& stop);
  bool look();

  mysql::Client& mysql_;
  const Log log_;
  const std::function<void()> wrong_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<std::string> fault_;
  bool looked_ = false;
  std::jthread thread_;  // the last: it ends before what it uses
};

}  // namespace scanlogin
