#include "base/log_line.h"

#include <array>
#include <chrono>
#include <climits>
#include <cstdio>

#include "base/text.h"
#include "base/timestamp.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestValue = 512;
constexpr std::size_t kLongestLine = PIPE_BUF;
constexpr std::string_view kCut = R"(,"cut":true)";

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

// U+0080–U+009F are control characters too, and terminals obey them.
bool is_control_sequence(std::string_view sequence) {
  if (sequence.size() == 1) return is_control(sequence[0]);
  return sequence.size() == 2 && sequence[0] == '\xc2' &&
         static_cast<unsigned char>(sequence[1]) < 0xa0;
}

void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  while (!value.empty()) {
    const std::size_t length = utf8_sequence(value);
    if (length == 0 || is_control_sequence(value.substr(0, length))) {
      for (const char c : value.substr(0, length == 0 ? 1 : length)) append_hex(out, c);
    } else {
      if (value[0] == '"' || value[0] == '\\') out += '\\';
      out += value.substr(0, length);
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void append_text_field(std::string& out, const LogField& field) {
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

// One character of a JSON string, RFC 8259 section 7.
std::string json_character(std::string_view sequence) {
  if (sequence == "\"" || sequence == "\\") return '\\' + std::string(sequence);
  if (!is_control_sequence(sequence)) return std::string(sequence);
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x",
                static_cast<unsigned char>(sequence.back()));
  return escape.data();
}

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  const std::size_t end = out.size() + kLongestValue;
  while (!value.empty()) {
    const std::size_t length = utf8_sequence(value);
    const std::string next = length == 0 ? "\uFFFD" : json_character(value.substr(0, length));
    if (out.size() + next.size() > end) break;
    out += next;
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

void append_json_field(std::string& out, const LogField& field) {
  out += ',';
  append_json_string(out, field.key);
  out += ':';
  if (field.is_number) {
    out += field.value;
  } else {
    append_json_string(out, field.value);
  }
}

std::string text_line(const LogWriter& writer, const char* level, std::string_view event,
                      std::string_view context, std::initializer_list<LogField> fields) {
  std::string line =
      timestamp() + ' ' + level + ' ' + writer.program + '[' + std::to_string(writer.pid) + "] ";
  line += event;
  line += context;
  line += log_fields(LogFormat::text, fields);
  if (line.size() >= kLongestLine) {
    std::size_t end = kLongestLine - 1;
    while ((static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;  // within a character
    line.resize(end);
  }
  return line + '\n';
}

std::string json_line(const LogWriter& writer, const char* level, std::string_view event,
                      std::string_view context, std::initializer_list<LogField> fields) {
  std::string line =
      "{\"time\":\"" + timestamp() + "\",\"level\":\"" + level + '"' +
      log_fields(LogFormat::json,
                 {{"program", writer.program}, {"pid", writer.pid}, {"event", event}});
  line += context;
  for (const LogField& field : fields) {
    std::string next;
    append_json_field(next, field);
    if (line.size() + next.size() + kCut.size() + 2 > kLongestLine) {
      line += kCut;
      break;
    }
    line += next;
  }
  return line + "}\n";
}

}  // namespace

std::string log_fields(LogFormat format, std::initializer_list<LogField> fields) {
  std::string out;
  for (const LogField& field : fields) {
    if (format == LogFormat::json) {
      append_json_field(out, field);
    } else {
      append_text_field(out, field);
    }
  }
  return out;
}

std::string log_line(const LogWriter& writer, LogLevel level, std::string_view event,
                     std::string_view context, std::initializer_list<LogField> fields) {
  const char* name = kLevelNames.at(static_cast<std::size_t>(level));
  return writer.format == LogFormat::json ? json_line(writer, name, event, context, fields)
                                          : text_line(writer, name, event, context, fields);
}

}  // namespace scanlogin
