#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <string>

#include "base/log.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

// Has standard error go into a pipe, which nobody reads but drained().
class Pipe {
 public:
  Pipe() : stderr_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe(ends_.data()), 0);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    dup2(ends_[1], STDERR_FILENO);
  }
  ~Pipe() {
    dup2(stderr_, STDERR_FILENO);
    for (const int fd : {stderr_, ends_[0], ends_[1]}) close(fd);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::string drained() {
    std::string all;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t size = read(ends_[0], buffer.data(), buffer.size());
      if (size <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  int stderr_;
  std::array<int, 2> ends_{};
};

int count_of(const std::string& part, const std::string& text) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(LogLost, APipeThatNobodyReadsHoldsNobodyUpAndTheLossIsTold) {
  constexpr int kLines = 5000;
  Pipe pipe;
  const Log log("test");
  for (int i = 0; i < kLines; ++i) log.with({}).info("an event", {{"n", i}});
  const int written = count_of(" an event n=", pipe.drained());
  EXPECT_GT(written, 0);
  EXPECT_LT(written, kLines);

  log.info("afterwards");
  log.info("and again");
  const std::string after = pipe.drained();
  const std::string told = " log lines lost count=" + std::to_string(kLines - written) + "\n";
  EXPECT_EQ(count_of("\n", after), 3) << after;
  EXPECT_LT(after.find(told), after.find(" afterwards\n")) << after;
}

TEST(LogLost, ALineIsNoLongerThanAPipeTakesAtOnce) {
  Pipe pipe;
  const std::string value(500, 'x');
  Log log("test");
  for (int i = 0; i < 20; ++i) log = log.with({{"key", value}});
  log.info("an event");
  const std::string line = pipe.drained();
  EXPECT_EQ(line.size(), std::size_t{PIPE_BUF});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(LogLost, ALineIsCutBetweenCharactersAndByBytes) {
  Pipe pipe;
  std::string chinese;
  for (int i = 0; i < 170; ++i) chinese += "字";
  Log log("test");
  for (int i = 0; i < 12; ++i) log = log.with({{"value", chinese}});
  log.info("long");
  const std::string line = pipe.drained();
  EXPECT_LE(line.size(), std::size_t{PIPE_BUF});
  EXPECT_GT(line.size(), std::size_t{PIPE_BUF} - 4);
  EXPECT_TRUE(utf8_valid(line));
}

}  // namespace
}  // namespace scanlogin
