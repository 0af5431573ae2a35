#include "base/event_loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace scanlogin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{300};

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    out_ = Descriptor(ends[0]);
    in_ = Descriptor(ends[1]);
  }
  int out() const { return out_.get(); }
  void put() const { EXPECT_EQ(write(in_.get(), "x", 1), 1); }
  void take() const {
    char byte = 0;
    EXPECT_EQ(read(out_.get(), &byte, 1), 1);
  }

 private:
  Descriptor out_;
  Descriptor in_;
};

class Noting : public EventLoop::Handler {
 public:
  explicit Noting(std::function<void()> what) : what_(std::move(what)) {}
  void on_events(std::uint32_t events) override {
    EXPECT_NE(events & EPOLLIN, 0U);
    what_();
  }

 private:
  const std::function<void()> what_;
};

TEST(EventLoop, TellsOfWhatHasArrivedAndOfNothingElse) {
  EventLoop loop;
  const Pipe pipe;
  int told = 0;
  Noting handler([&] {
    ++told;
    pipe.take();
  });
  ASSERT_TRUE(loop.add(pipe.out(), EPOLLIN, handler));
  loop.run_once(milliseconds(0));
  EXPECT_EQ(told, 0);
  pipe.put();
  loop.run_once(kPatience);
  EXPECT_EQ(told, 1);
  loop.run_once(milliseconds(0));
  EXPECT_EQ(told, 1);
}

TEST(EventLoop, OneThatIsRemovedInTheSameRoundIsNotTold) {
  EventLoop loop;
  const Pipe one;
  const Pipe other;
  int told = 0;
  std::vector<std::unique_ptr<Noting>> handlers;
  const auto first_removes_other = [&] {
    if (++told > 1) return;
    loop.remove(one.out(), *handlers[0]);
    loop.remove(other.out(), *handlers[1]);
  };
  for (int i = 0; i < 2; ++i) handlers.push_back(std::make_unique<Noting>(first_removes_other));
  ASSERT_TRUE(loop.add(one.out(), EPOLLIN, *handlers[0]));
  ASSERT_TRUE(loop.add(other.out(), EPOLLIN, *handlers[1]));
  one.put();
  other.put();
  loop.run_once(kPatience);
  loop.run_once(milliseconds(0));
  EXPECT_EQ(told, 1);
}

TEST(EventLoop, WhatAnotherThreadPostsWakesIt) {
  EventLoop loop;
  std::vector<int> order;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&order, i] { order.push_back(i); });
  });
  while (order.size() < 1000) loop.run_once(kPatience);
  other.join();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(order[std::size_t(i)], i);
}

TEST(EventLoop, WhatIsPostedInARoundRunsAtItsEndAndWhatThatPostsInTheNext) {
  EventLoop loop;
  const Pipe pipe;
  std::string order;
  Noting handler([&] {
    pipe.take();
    loop.post([&] {
      order += 'b';
      loop.post([&] { order += 'c'; });
    });
    order += 'a';
  });
  ASSERT_TRUE(loop.add(pipe.out(), EPOLLIN, handler));
  pipe.put();
  loop.run_once(kPatience);
  EXPECT_EQ(order, "ab");
  loop.run_once(kPatience);
  EXPECT_EQ(order, "abc");
}

TEST(EventLoop, WhatIsPostedBetweenRoundsRunsInTheNext) {
  EventLoop loop;
  bool ran = false;
  loop.run_once(milliseconds(0));
  loop.post([&] { ran = true; });
  loop.run_once(kPatience);
  EXPECT_TRUE(ran);
}

TEST(EventLoop, ADescriptorThatCannotBeWatchedIsRefused) {
  EventLoop loop;
  Noting handler([] {});
  EXPECT_FALSE(loop.add(-1, EPOLLIN, handler));
}

}  // namespace
}  // namespace scanlogin
