#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/log_line.h"

namespace scanlogin {

// A logger writes each event as one line to standard error, in one write(2), so that lines of
// threads and processes sharing a file never mix:
//
//   2026-01-31T09:30:00.123Z info login-wx[812] login request=5f2c… user=7 new=yes
//   {"time":"2026-01-31T09:30:00.123Z","level":"info","program":"login-wx","pid":812,"event":"login",…}
//
// Who reads the log never holds a request up: where standard error takes nothing (a pipe whose
// reader stands still, a full disk), lines are lost, and the next one that is taken comes after one
// that tells how many. A pipe should have one writing process.
//
// No input can forge a line or drive a terminal (base/log_line.h).
// A Log is a value, cheap to copy; it is safe to use from any thread.
class Log {
 public:
  explicit Log(std::string_view program, LogLevel least = LogLevel::info,
               LogFormat format = LogFormat::text);

  // A logger that puts these fields at the head of each line, after those of this one.
  Log with(std::initializer_list<LogField> fields) const;

  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) const;

  // Where standard error was a file when the first Log was made, has it lead to the file that has
  // that name now, made if need be: for whoever moves the old one away. A failure is logged, and
  // standard error stays what it is. Where it is no file, nothing happens.
  void reopen() const;

 private:
  class Sink;

  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;

  std::shared_ptr<Sink> sink_;
  LogWriter writer_;
  std::string context_;
  LogLevel least_;
};

}  // namespace scanlogin
