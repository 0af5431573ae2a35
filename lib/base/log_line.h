#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace scanlogin {

enum class LogLevel { debug, info, warning, error };

// LOG_FORMAT: for people, or one JSON object (RFC 8259) a line with the same fields.
enum class LogFormat { text, json };

// One field of a log line. Integers and text only: what is logged is chosen by hand, field by
// field, so that no object can carry a secret into the log.
class LogField {
 public:
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  LogField(std::string_view name, std::int64_t number)
      : key(name), value(std::to_string(number)), is_number(true) {}
  LogField(std::string_view name, int number) : LogField(name, std::int64_t{number}) {}

  std::string_view key;
  std::string value;
  bool is_number = false;
};

// Who writes a log, and how.
struct LogWriter {
  std::string program;  // "login-wx"
  int pid = 0;
  LogFormat format = LogFormat::text;
};

// The fields as they stand in a line: " request=5f2c user=7", or ,"request":"5f2c","user":7.
// Text: a value that is empty or holds a space, a quote, '=' or a control character is quoted;
// control characters and invalid UTF-8 become \xNN. JSON: control characters become \u00NN, and
// invalid UTF-8 U+FFFD. A value is cut at 512 bytes.
std::string log_fields(LogFormat format, std::initializer_list<LogField> fields);

// A whole line, with the time, and its end; context is what log_fields() made before. At most
// PIPE_BUF bytes, what a pipe that is ready takes at once: text is cut there, and of a JSON object
// the last fields are left out, with "cut":true in their place.
std::string log_line(const LogWriter& writer, LogLevel level, std::string_view event,
                     std::string_view context, std::initializer_list<LogField> fields);

}  // namespace scanlogin
