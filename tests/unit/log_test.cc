#include "base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/descriptor.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

// Takes standard error while it lives. A socket of records keeps apart what was written apart.
class Capture {
 public:
  Capture() : stderr_(dup(STDERR_FILENO)) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_.data()), 0);
    dup2(ends_[1], STDERR_FILENO);
  }
  ~Capture() {
    dup2(stderr_, STDERR_FILENO);
    for (const int fd : {stderr_, ends_[0], ends_[1]}) close(fd);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // What each write(2) since the last call wrote.
  std::vector<std::string> writes() {
    std::vector<std::string> all;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t size = recv(ends_[0], buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size <= 0) return all;
      all.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  int stderr_;
  std::array<int, 2> ends_{};
};

// The one line that was written, from the level on, the process's number replaced.
std::string line_of(Capture& capture) {
  const std::vector<std::string> writes = capture.writes();
  if (writes.size() != 1) return std::to_string(writes.size()) + " writes";
  const std::string& line = writes[0];
  const std::string pid = "[" + std::to_string(getpid()) + "]";
  const std::size_t at = line.find(pid);
  if (line.size() < 25 || at == std::string::npos) return "no time or no pid: " + line;
  return line.substr(25, at - 25) + "[PID]" + line.substr(at + pid.size());
}

std::string text_of(std::initializer_list<LogField> fields) {
  return log_fields(LogFormat::text, fields);
}

TEST(LogFormat, WritesPlainValuesBare) {
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(text_of({{"request", "5f2c"}, {"user", 7}, {"new", "yes"}}),
            " request=5f2c user=7 new=yes");
  EXPECT_EQ(text_of({{"n", std::int64_t{9007199254740993}}, {"m", -1}}),
            " n=9007199254740993 m=-1");
  EXPECT_EQ(text_of({{"url", "/a/b?c:d,e;[f]{g}~'!"}}), " url=/a/b?c:d,e;[f]{g}~'!");
}

TEST(LogFormat, QuotesValuesThatCouldBeMisread) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", R"("")"},
      {" ", R"(" ")"},
      {"two words", R"("two words")"},
      {"a=b", R"("a=b")"},
      {"a\"b", R"("a\"b")"},
      {"a\\b", R"("a\\b")"},
      {"x\" user=8 y=\"", R"("x\" user=8 y=\"")"},
      {"张三", R"("张三")"},
      {"😀", R"("😀")"},
  };
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(text_of({{"k", value}}), " k=" + expected) << value;
  }
}

TEST(LogFormat, WritesControlCharactersAndInvalidUtf8AsHex) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\nb", R"("a\x0ab")"},
      {"\r\n", R"("\x0d\x0a")"},
      {"\t", R"("\x09")"},
      {"\0"s, R"("\x00")"},
      {"a\0b"s, R"("a\x00b")"},
      {"\x1b[31m", R"("\x1b[31m")"},
      {"\x1f", R"("\x1f")"},
      {"\x7f", R"("\x7f")"},
      {"\xc2\x80", R"("\xc2\x80")"},
      {"\xc2\x9b", R"("\xc2\x9b")"},
      {"\xc2\x9f", R"("\xc2\x9f")"},
      {"\xc2\xa0", "\"\xc2\xa0\""},
      {"\xff", R"("\xff")"},
      {"\xc0\xaf", R"("\xc0\xaf")"},
      {"\xed\xa0\x80", R"("\xed\xa0\x80")"},
      {"张\xe5\xbc", R"("张\xe5\xbc")"},
      {"\\x0a", R"("\\x0a")"},
  };
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(text_of({{"k", value}}), " k=" + expected);
  }
}

TEST(LogFormat, CutsValuesOver512Bytes) {
  EXPECT_EQ(text_of({{"k", std::string(512, 'x')}}), " k=" + std::string(512, 'x'));
  EXPECT_EQ(text_of({{"k", std::string(513, 'x')}}), " k=" + std::string(512, 'x'));
  EXPECT_EQ(text_of({{"k", std::string(100000, '\n')}}).size(), 4 + 512 * 4U + 1);
  EXPECT_EQ(text_of({{"k", std::string(511, 'x') + "é"}}),
            " k=\"" + std::string(511, 'x') + "\\xc3\"");
  EXPECT_EQ(text_of({{"k", std::string(600, 'x')}, {"l", "y"}}),
            " k=" + std::string(512, 'x') + " l=y");
}

TEST(LogFormat, NoByteDrivesATerminalOrStartsALine) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const char c : text_of({{"k", std::string(1, static_cast<char>(byte))}})) {
      ASSERT_TRUE(c >= ' ' && c < 0x7f) << "byte " << byte;
    }
  }
}

TEST(LogLine, HasTimeLevelProgramEventAndFieldsInOneWrite) {
  Capture capture;
  Log("login-wx").info("login", {{"request", "5f2c"}, {"user", 7}, {"new", "yes"}});
  const std::vector<std::string> writes = capture.writes();
  ASSERT_EQ(writes.size(), 1U);
  std::string time = writes[0].substr(0, 24);
  for (char& c : time) c = c >= '0' && c <= '9' ? '0' : c;
  EXPECT_EQ(time, "0000-00-00T00:00:00.000Z") << writes[0];
  EXPECT_EQ(writes[0].substr(24),
            " info login-wx[" + std::to_string(getpid()) + "] login request=5f2c user=7 new=yes\n");
}

TEST(LogLine, HasTheTimeInUtc) {
  setenv("TZ", "Asia/Shanghai", 1);
  tzset();
  Capture capture;
  const std::time_t before = std::time(nullptr);
  Log("p").info("e");
  const std::time_t after = std::time(nullptr);
  const std::vector<std::string> writes = capture.writes();
  unsetenv("TZ");
  tzset();
  ASSERT_EQ(writes.size(), 1U);
  std::tm written{};
  ASSERT_NE(strptime(writes[0].c_str(), "%Y-%m-%dT%H:%M:%S", &written), nullptr) << writes[0];
  EXPECT_GE(timegm(&written), before) << writes[0];
  EXPECT_LE(timegm(&written), after + 1) << writes[0];  // std::time() lags by some milliseconds
}

TEST(LogLine, NamesEachLevel) {
  Capture capture;
  const Log log("p", LogLevel::debug);
  log.debug("e");
  EXPECT_EQ(line_of(capture), "debug p[PID] e\n");
  log.info("e");
  EXPECT_EQ(line_of(capture), "info p[PID] e\n");
  log.warning("e");
  EXPECT_EQ(line_of(capture), "warning p[PID] e\n");
  log.error("e");
  EXPECT_EQ(line_of(capture), "error p[PID] e\n");
}

TEST(LogLine, IsWrittenOnlyFromTheLeastLevelOn) {
  const std::vector<std::pair<LogLevel, std::size_t>> levels = {
      {LogLevel::debug, 4}, {LogLevel::info, 3}, {LogLevel::warning, 2}, {LogLevel::error, 1}};
  for (const auto& [least, expected] : levels) {
    Capture capture;
    const Log log("p", least);
    log.debug("e");
    log.info("e");
    log.warning("e");
    log.error("e");
    EXPECT_EQ(capture.writes().size(), expected) << "from level " << static_cast<int>(least);
  }
  Capture capture;
  Log("p").debug("e");
  EXPECT_EQ(capture.writes().size(), 0U) << "info is the default";
}

TEST(LogLine, CarriesItsContextBeforeItsFields) {
  Capture capture;
  const Log log("p");
  const Log request = log.with({{"request", "5f2c"}, {"client", "a b"}});
  request.info("e", {{"user", 7}});
  EXPECT_EQ(line_of(capture), "info p[PID] e request=5f2c client=\"a b\" user=7\n");
  request.with({{"step", 2}}).info("e");
  EXPECT_EQ(line_of(capture), "info p[PID] e request=5f2c client=\"a b\" step=2\n");
  log.info("e");
  EXPECT_EQ(line_of(capture), "info p[PID] e\n");
}

TEST(LogLine, KeepsItsLevelWithAContext) {
  Capture capture;
  Log("p", LogLevel::error).with({{"k", 1}}).warning("e");
  EXPECT_EQ(capture.writes().size(), 0U);
  Log("p", LogLevel::debug).with({{"k", 1}}).debug("e");
  EXPECT_EQ(line_of(capture), "debug p[PID] e k=1\n");
}

TEST(LogLine, OfAValueWithLineEndsIsStillOneLine) {
  Capture capture;
  Log("p").info("e", {{"k", "a\n2026-01-31T09:30:00.123Z info p[1] forged\r\n"}});
  EXPECT_EQ(line_of(capture),
            "info p[PID] e k=\"a\\x0a2026-01-31T09:30:00.123Z info p[1] "
            "forged\\x0d\\x0a\"\n");
}

TEST(LogLine, OfEachThreadIsWhole) {
  Capture capture;
  const Log log("p");
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log] {
      for (int n = 0; n < 10; ++n) log.info("e", {{"k", std::string(400, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<std::string> writes = capture.writes();
  EXPECT_EQ(writes.size(), 40U);
  for (const std::string& line : writes) {
    EXPECT_TRUE(line.ends_with(" e k=" + std::string(400, 'x') + "\n")) << line;
  }
}

TEST(LogLine, ThatCannotBeWrittenDoesNotStopTheProgram) {
  const int saved = dup(STDERR_FILENO);
  close(STDERR_FILENO);
  Log("p").info("e");
  dup2(saved, STDERR_FILENO);
  close(saved);
}

std::string json_of(std::initializer_list<LogField> fields) {
  return log_fields(LogFormat::json, fields);
}

TEST(JsonLog, HasTheSameFields) {
  EXPECT_EQ(json_of({}), "");
  EXPECT_EQ(json_of({{"request", "5f2c"}, {"user", 7}, {"n", std::int64_t{-9007199254740993}}}),
            R"(,"request":"5f2c","user":7,"n":-9007199254740993)");
  EXPECT_EQ(json_of({{"k", ""}, {"l", "张三 😀"}}), R"(,"k":"","l":"张三 😀")");
}

TEST(JsonLog, EscapesWhatAStringMayNotHold) {
  EXPECT_EQ(json_of({{"k", "a\"b\\c/"}}), R"(,"k":"a\"b\\c/")");
  EXPECT_EQ(json_of({{"k", "\n\r\t\x1b\x7f"}}), R"(,"k":"\u000a\u000d\u0009\u001b\u007f")");
  EXPECT_EQ(json_of({{"k", "\xc2\x9b"}}), R"(,"k":"\u009b")");
  EXPECT_EQ(json_of({{"k", "\xff\xc3"}}), ",\"k\":\"\uFFFD\uFFFD\"");
  EXPECT_EQ(json_of({{"k", std::string(1, '\0')}}), R"(,"k":"\u0000")");
}

TEST(JsonLog, CutsLongValuesBetweenCharacters) {
  EXPECT_EQ(json_of({{"k", std::string(600, 'x')}}), ",\"k\":\"" + std::string(512, 'x') + '"');
  EXPECT_EQ(json_of({{"k", std::string(511, 'x') + "é"}}),
            ",\"k\":\"" + std::string(511, 'x') + '"');
  EXPECT_EQ(json_of({{"k", std::string(509, 'x') + "\n"}}),
            ",\"k\":\"" + std::string(509, 'x') + '"');
}

TEST(JsonLog, IsOneObjectALine) {
  Capture capture;
  const Log log("login-wx", LogLevel::info, LogFormat::json);
  log.with({{"request", "5f2c"}}).warning("two \"words\"", {{"user", 7}});
  const std::vector<std::string> writes = capture.writes();
  ASSERT_EQ(writes.size(), 1U);
  std::string line = writes[0];
  EXPECT_EQ(line.substr(0, 9), R"({"time":")");
  EXPECT_EQ(line.substr(33), R"(","level":"warning","program":"login-wx","pid":)" +
                                 std::to_string(getpid()) +
                                 R"(,"event":"two \"words\"","request":"5f2c","user":7})" + "\n");
}

TEST(JsonLog, LeavesFieldsOutOfALineThatWouldBeTooLong) {
  const LogField big("k", std::string(512, 'x'));
  const std::string line = log_line({"p", 1, LogFormat::json}, LogLevel::info, "e", "",
                                    {big, big, big, big, big, big, big, big, {"last", "y"}});
  EXPECT_LE(line.size(), 4096U);
  EXPECT_GT(line.size(), 3000U);
  EXPECT_TRUE(line.ends_with("xxx\",\"cut\":true}\n")) << line;
}

// Standard error is a file of this name while it lives.
class LogFile {
 public:
  explicit LogFile(std::string path) : path_(std::move(path)), stderr_(dup(STDERR_FILENO)) {
    const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
  }
  ~LogFile() {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    for (const char* end : {"", ".1"}) unlink((path_ + end).c_str());
  }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  static std::size_t lines(const std::string& path) {
    std::ifstream file(path);
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
  }

 private:
  std::string path_;
  int stderr_;
};

TEST(LogFileOpenedAnew, IsTheOneOfThatName) {
  const std::string path = testing::TempDir() + "log." + std::to_string(getpid());
  const LogFile file(path);
  const Log log("p");
  log.info("e");
  ASSERT_EQ(rename(path.c_str(), (path + ".1").c_str()), 0);
  log.info("e");
  EXPECT_EQ(LogFile::lines(path + ".1"), 2U);
  log.reopen();
  log.info("e");
  EXPECT_EQ(LogFile::lines(path + ".1"), 2U);
  EXPECT_EQ(LogFile::lines(path), 1U);
  EXPECT_EQ(fcntl(STDERR_FILENO, F_GETFD) & FD_CLOEXEC, 0);
}

TEST(LogFileOpenedAnew, IsStandardOutputToo) {
  const std::string path = testing::TempDir() + "log." + std::to_string(getpid());
  const LogFile file(path);
  const Descriptor output(dup(STDOUT_FILENO));
  dup2(STDERR_FILENO, STDOUT_FILENO);
  const Log log("p");
  ASSERT_EQ(rename(path.c_str(), (path + ".1").c_str()), 0);
  log.reopen();
  struct stat one {};
  struct stat other {};
  fstat(STDOUT_FILENO, &one);
  fstat(STDERR_FILENO, &other);
  dup2(output.get(), STDOUT_FILENO);
  EXPECT_EQ(one.st_ino, other.st_ino);
}

// A disk that is full takes a part of a line. What comes later is no part of that.
TEST(LogOnAFullDisk, BeginsALineAnewBehindAPartOfOne) {
  const std::string path = testing::TempDir() + "log." + std::to_string(getpid());
  const LogFile file(path);
  const Log log("p");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit little = limit;
  little.rlim_cur = 20;
  setrlimit(RLIMIT_FSIZE, &little);
  log.info("first");
  setrlimit(RLIMIT_FSIZE, &limit);
  log.info("second");
  std::ifstream written(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(written, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].size(), 20U);
  EXPECT_TRUE(lines[1].ends_with("log lines lost count=1")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(" second")) << lines[2];
}

TEST(LogFileOpenedAnew, StaysWhatItIsIfThatFails) {
  const std::string path = testing::TempDir() + "log." + std::to_string(getpid());
  const LogFile file(path);
  const Log log("p");
  ASSERT_EQ(rename(path.c_str(), (path + ".1").c_str()), 0);
  ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
  log.reopen();
  EXPECT_EQ(LogFile::lines(path + ".1"), 1U);
  rmdir(path.c_str());
}

TEST(LogFileOpenedAnew, IsNothingForAPipe) {
  Capture capture;
  const Log log("p");
  log.reopen();
  log.info("e");
  EXPECT_EQ(line_of(capture), "info p[PID] e\n");
}

}  // namespace
}  // namespace scanlogin
