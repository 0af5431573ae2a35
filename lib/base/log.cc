#include "base/log.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <climits>
#include <cstdio>
#include <mutex>

#include "base/text.h"
#include "base/timestamp.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestValue = 512;
// What a pipe that is ready takes at once.
constexpr std::size_t kLongestLine = PIPE_BUF;

constexpr std::array<const char*, 4> kLevelNames = {"debug", "info", "warning", "error"};

constexpr std::string_view kSecond = "2026-01-31T09:30:00";

std::string timestamp() {
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())
          .time_since_epoch()
          .count();
  const std::string time = json_time(now / 1000).substr(0, kSecond.size());
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(now % 1000));
  return time + fraction.data();
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (is_control(c) || c == ' ' || c == '"' || c == '=' || c == '\\') {
      return true;
    }
  }
  return false;
}

void append_hex(std::string& out, char c) {
  std::array<char, 5> escape{};
  std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(c));
  out += escape.data();
}

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  while (!value.empty()) {
    const std::size_t length = utf8_sequence(value);
    const bool control = length == 1 && is_control(value[0]);
    // U+0080–U+009F are control characters too, and terminals obey them.
    const bool c1 =
        length == 2 && value[0] == '\xc2' && static_cast<unsigned char>(value[1]) < 0xa0;
    if (length == 0 || control || c1) {
      for (const char c : value.substr(0, length == 0 ? 1 : length)) append_hex(out, c);
    } else {
      if (value[0] == '"' || value[0] == '\\') out += '\\';
      out += value.substr(0, length);
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void append_field(std::string& out, const LogField& field) {
  const std::string_view value = std::string_view(field.value).substr(0, kLongestValue);
  out += ' ';
  out += field.key;
  out += '=';
  bool ascii = true;
  for (const char c : value) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii && !needs_quotes(value)) {
    out += value;
  } else {
    append_quoted(out, value);
  }
}

}  // namespace

// Standard error. It may be shared with other programs, so it is not made non-blocking: it is asked
// before each write whether it would take a line.
class Log::Sink {
 public:
  template <class Note>
  void put(const std::string& line, const Note& note_of) {
    const std::lock_guard lock(mutex_);
    if (lost_ > 0 && taken(note_of(lost_))) lost_ = 0;
    if (!taken(line)) ++lost_;
  }

 private:
  static bool taken(const std::string& line) {
    pollfd standard_error{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    if (poll(&standard_error, 1, 0) != 1) return false;
    return ::write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  }

  std::mutex mutex_;
  std::int64_t lost_ = 0;
};

Log::Log(std::string_view program, LogLevel least)
    : sink_(std::make_shared<Sink>()),
      program_(std::string(program) + "[" + std::to_string(getpid()) + "]"),
      least_(least) {}

Log Log::with(std::initializer_list<LogField> fields) const {
  Log child = *this;
  child.context_ += format(fields);
  return child;
}

std::string Log::format(std::initializer_list<LogField> fields) {
  std::string out;
  for (const LogField& field : fields) append_field(out, field);
  return out;
}

void Log::debug(std::string_view event, std::initializer_list<LogField> fields) const {
  write(LogLevel::debug, event, fields);
}
void Log::info(std::string_view event, std::initializer_list<LogField> fields) const {
  write(LogLevel::info, event, fields);
}
void Log::warning(std::string_view event, std::initializer_list<LogField> fields) const {
  write(LogLevel::warning, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<LogField> fields) const {
  write(LogLevel::error, event, fields);
}

void Log::write(LogLevel level, std::string_view event,
                std::initializer_list<LogField> fields) const {
  if (level < least_) return;
  std::string line = begin_line(level, event) + context_ + format(fields);
  if (line.size() >= kLongestLine) {
    std::size_t end = kLongestLine - 1;
    while ((static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;  // within a character
    line.resize(end);
  }
  line += '\n';
  sink_->put(line, [this](std::int64_t lost) {
    return begin_line(LogLevel::warning, "log lines lost") + format({{"count", lost}}) + '\n';
  });
}

std::string Log::begin_line(LogLevel level, std::string_view event) const {
  std::string line = timestamp();
  line += ' ';
  line += kLevelNames.at(static_cast<std::size_t>(level));
  line += ' ';
  line += program_;
  line += ' ';
  line += event;
  return line;
}

}  // namespace scanlogin
