#include "clients/sockets.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace scanlogin {
namespace {

// Two ends of a connection; the first is the one that is held.
class Pair {
 public:
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~Pair() {
    for (const int fd : ends_) close(fd);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  int fd() const { return ends_[0]; }
  // Whether the first one is at its end.
  bool ended() const {
    char byte = 0;
    const ssize_t count = recv(ends_[0], &byte, 1, MSG_DONTWAIT);
    EXPECT_TRUE(count == 0 || (count < 0 && errno == EAGAIN));
    return count == 0;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(Sockets, AllThatAreHeldEnd) {
  Sockets sockets;
  const Pair first, second;
  const Sockets::Held held_first = sockets.hold(first.fd(), sockets.ends());
  const Sockets::Held held_second = sockets.hold(second.fd(), sockets.ends());
  ASSERT_TRUE(held_first && held_second);
  EXPECT_FALSE(first.ended());
  sockets.end_all();
  EXPECT_TRUE(first.ended());
  EXPECT_TRUE(second.ended());
}

TEST(Sockets, WhoWaitsInAnotherThreadWaitsNoLonger) {
  Sockets sockets;
  const Pair pair;
  const Sockets::Held held = sockets.hold(pair.fd(), sockets.ends());
  ssize_t count = -1;
  std::thread reader([&] {
    char byte = 0;
    count = recv(pair.fd(), &byte, 1, 0);
  });
  sockets.end_all();
  reader.join();
  EXPECT_EQ(count, 0);
}

TEST(Sockets, TheEndsAreCounted) {
  Sockets sockets;
  const std::uint64_t before = sockets.ends();
  sockets.end_all();
  sockets.end_all();
  EXPECT_EQ(sockets.ends(), before + 2);
}

TEST(Sockets, OneThatWasConnectedBeforeTheEndIsNotTaken) {
  Sockets sockets;
  const Pair pair;
  const std::uint64_t before = sockets.ends();
  sockets.end_all();
  EXPECT_FALSE(sockets.hold(pair.fd(), before));
  // It is none of theirs then.
  sockets.end_all();
  EXPECT_FALSE(pair.ended());
}

TEST(Sockets, OneThatIsTakenAfterAnEndMeetsTheNext) {
  Sockets sockets;
  const Pair pair;
  sockets.end_all();
  const Sockets::Held held = sockets.hold(pair.fd(), sockets.ends());
  ASSERT_TRUE(held);
  EXPECT_FALSE(pair.ended());
  sockets.end_all();
  EXPECT_TRUE(pair.ended());
}

// The number of a socket that is closed is another's soon.
TEST(Sockets, OneThatIsReleasedIsLeftAlone) {
  Sockets sockets;
  const Pair pair;
  Sockets::Held held = sockets.hold(pair.fd(), sockets.ends());
  held.reset();
  sockets.end_all();
  EXPECT_FALSE(pair.ended());
}

TEST(Sockets, TheSameNumberIsHeldAgain) {
  Sockets sockets;
  const Pair pair;
  Sockets::Held held = sockets.hold(pair.fd(), sockets.ends());
  held.reset();
  held = sockets.hold(pair.fd(), sockets.ends());
  ASSERT_TRUE(held);
  sockets.end_all();
  EXPECT_TRUE(pair.ended());
}

}  // namespace
}  // namespace scanlogin
