#include "base/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace scanlogin {
namespace {

constexpr std::size_t kMostEvents = 64;

std::system_error os_failure(const char* call) { return {errno, std::generic_category(), call}; }

}  // namespace

EventLoop::EventLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_.get() < 0) throw os_failure("epoll_create1");
  if (wake_.get() < 0) throw os_failure("eventfd");
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &wake_}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw os_failure("epoll_ctl");
  }
}

bool EventLoop::add(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event{.events = events, .data = {.ptr = &handler}};
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::change(int fd, std::uint32_t events, Handler& handler) {
  epoll_event event{.events = events, .data = {.ptr = &handler}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::remove(int fd, const Handler& handler) {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  for (epoll_event& event : round_) {
    if (event.data.ptr == &handler) event.data.ptr = nullptr;
  }
}

void EventLoop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    // Somebody has woken it, or it is about to look.
    if (tasks_.size() > 1 || in_a_round()) return;
  }
  eventfd_write(wake_.get(), 1);
}

bool EventLoop::in_a_round() const { return thread_.load() == std::this_thread::get_id(); }

void EventLoop::run_once(std::chrono::milliseconds limit) {
  std::array<epoll_event, kMostEvents> events{};
  const int timeout = has_tasks() ? 0 : static_cast<int>(limit.count());
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
  if (count < 0 && errno != EINTR) throw os_failure("epoll_wait");
  thread_ = std::this_thread::get_id();
  dispatch(std::span(events).first(count > 0 ? static_cast<std::size_t>(count) : 0));
  run_tasks();
  thread_ = std::thread::id();
}

void EventLoop::dispatch(std::span<epoll_event> events) {
  round_ = events;
  for (const epoll_event& event : events) {
    if (event.data.ptr == &wake_) {
      eventfd_t ignored = 0;
      eventfd_read(wake_.get(), &ignored);
    } else if (event.data.ptr != nullptr) {
      static_cast<Handler*>(event.data.ptr)->on_events(event.events);
    }
  }
  round_ = {};
}

// What these post is for the next round: whoever has a lot to do posts the rest of it, and lets
// others in between.
void EventLoop::run_tasks() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const std::function<void()>& task : tasks) task();
}

bool EventLoop::has_tasks() {
  const std::lock_guard lock(mutex_);
  return !tasks_.empty();
}

}  // namespace scanlogin
