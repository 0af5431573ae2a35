#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace scanlogin {

enum class LogLevel { debug, info, warning, error };

// One field of a log line. Integers and text only: what is logged is chosen by hand, field by
// field, so that no object can carry a secret into the log.
class LogField {
 public:
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  LogField(std::string_view name, std::int64_t number) : key(name), value(std::to_string(number)) {}
  LogField(std::string_view name, int number) : key(name), value(std::to_string(number)) {}

  std::string_view key;
  std::string value;
};

// A logger writes each event as one line to standard error, in one write(2), so that lines of
// threads and processes sharing a file never mix:
//
//   2026-01-31T09:30:00.123Z info login-wx[812] login request=5f2c… user=7 new=yes
//
// Who reads the log never holds a request up: where standard error takes nothing (a pipe whose
// reader stands still, a full disk), lines are lost, and the next one that is taken comes after one
// that tells how many. A pipe should have one writing process.
//
// A value that is empty or holds a space, a quote, '=' or a control character is quoted; control
// characters and invalid UTF-8 become \xNN, so no input can forge a line or drive a terminal. A
// value over 512 bytes is cut, and so is a line over 4096.
// A Log is a value, cheap to copy; it is safe to use from any thread.
class Log {
 public:
  explicit Log(std::string_view program, LogLevel least = LogLevel::info);

  // A logger that puts these fields at the head of each line, after those of this one.
  Log with(std::initializer_list<LogField> fields) const;

  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) const;

  // The fields as they stand in a line, each with a space before it. For tests.
  static std::string format(std::initializer_list<LogField> fields);

 private:
  class Sink;

  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;
  std::string begin_line(LogLevel level, std::string_view event) const;

  std::shared_ptr<Sink> sink_;
  std::string program_;
  std::string context_;
  LogLevel least_;
};

}  // namespace scanlogin
