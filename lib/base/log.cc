#include "base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <mutex>
#include <optional>
#include <system_error>

#include "base/descriptor.h"
#include "base/metrics.h"

namespace scanlogin {
namespace {

constexpr const char* kLines = "scanlogin_log_lines_total";
constexpr const char* kLinesHelp = "Lines of the log, by level.";
std::array<metrics::Counter, 4> lines = {
    metrics::Counter{kLines, kLinesHelp, {{"level", "debug"}}},
    metrics::Counter{kLines, kLinesHelp, {{"level", "info"}}},
    metrics::Counter{kLines, kLinesHelp, {{"level", "warning"}}},
    metrics::Counter{kLines, kLinesHelp, {{"level", "error"}}}};

// Where standard error leads, if that is a file that has a name.
std::optional<std::string> log_file() {
  struct stat about {};
  if (fstat(STDERR_FILENO, &about) != 0 || !S_ISREG(about.st_mode) || about.st_nlink == 0)
    return {};
  std::array<char, PATH_MAX> path{};
  const ssize_t size = readlink("/proc/self/fd/2", path.data(), path.size());
  if (size <= 0 || size == static_cast<ssize_t>(path.size())) return {};
  return std::string(path.data(), static_cast<std::size_t>(size));
}

bool are_one_file(int one, int other) {
  struct stat about_one {};
  struct stat about_other {};
  return fstat(one, &about_one) == 0 && fstat(other, &about_other) == 0 &&
         about_one.st_dev == about_other.st_dev && about_one.st_ino == about_other.st_ino;
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

  // An error number; 0 if it was opened, or is no file.
  int reopen() {
    if (!path_) return 0;
    const Descriptor file(open(path_->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (file.get() < 0) return errno;
    // As long as it has the old one open, what that takes on the disk is not free.
    if (are_one_file(STDOUT_FILENO, STDERR_FILENO)) dup2(file.get(), STDOUT_FILENO);
    return dup2(file.get(), STDERR_FILENO) >= 0 ? 0 : errno;
  }

 private:
  bool taken(const std::string& line) {
    pollfd standard_error{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    if (poll(&standard_error, 1, 0) != 1) return false;
    // Behind a part of a line, which a full disk leaves, it begins a line of its own.
    const std::string text = is_torn_ ? "\n" + line : line;
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size());
    if (written > 0) is_torn_ = !whole;
    return whole;
  }

  const std::optional<std::string> path_ = log_file();
  std::mutex mutex_;
  std::int64_t lost_ = 0;
  bool is_torn_ = false;
};

Log::Log(std::string_view program, LogLevel least, LogFormat format)
    : sink_(std::make_shared<Sink>()),
      writer_{.program = std::string(program), .pid = getpid(), .format = format},
      least_(least) {}

Log Log::with(std::initializer_list<LogField> fields) const {
  Log child = *this;
  child.context_ += log_fields(writer_.format, fields);
  return child;
}

void Log::reopen() const {
  if (const int failed = sink_->reopen(); failed != 0) {
    error("the log cannot be opened anew", {{"reason", std::generic_category().message(failed)}});
  }
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
  lines.at(static_cast<std::size_t>(level)).add();
  sink_->put(log_line(writer_, level, event, context_, fields), [this](std::int64_t lost) {
    return log_line(writer_, LogLevel::warning, "log lines lost", {}, {{"count", lost}});
  });
}

}  // namespace scanlogin
