#include "server/fcgi_server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "server/fcgi_connection.h"

namespace scanlogin {

struct FcgiSlot {
  explicit FcgiSlot(int fd) : connection(fd) {}
  FcgiConnection connection;
  // Set by the loop when it hands the request out, cleared by whoever has answered it.
  std::atomic<bool> answering{false};
};

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLargestRequest = 128 * 1024;
constexpr std::chrono::seconds kRequestLimit{10};
// A connection fresh from the backlog has a request on its way; this long a drain waits for it.
constexpr std::chrono::seconds kFirstRequestLimit{1};
constexpr milliseconds kTickInterval{1000};
constexpr milliseconds kDeadlineInterval{100};  // while there are deadlines

// While a request is being answered its descriptor is not armed: libfcgi's state belongs to the
// answering thread until it hands the slot back.
constexpr std::uint32_t kArmed = EPOLLIN | EPOLLONESHOT;
// For the rest of a request: an event for each arrival, none for what has been looked at.
constexpr std::uint32_t kArmedForMore = EPOLLIN | EPOLLET;
constexpr std::uint32_t kDisarmed = EPOLLONESHOT;

std::system_error os_failure(const char* call) { return {errno, std::generic_category(), call}; }

void check_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof(listening);
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    throw Error(ErrorKind::config,
                "standard input is not a listening socket: start this with spawn-fcgi or systemd");
  }
}

Descriptor take_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void arm(int epoll, FcgiSlot& slot, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &slot}};
  epoll_ctl(epoll, EPOLL_CTL_MOD, slot.connection.fd(), &event);
}

}  // namespace

Responder::Responder(Responder&& other) noexcept
    : server_(other.server_), slot_(std::exchange(other.slot_, nullptr)) {}

Responder::~Responder() {
  if (slot_ != nullptr) send(service_unavailable());
}

void Responder::send(const Response& response) {
  server_->finish(*slot_, response);
  slot_ = nullptr;
}

FcgiServer::FcgiServer(int listen_socket, Log log)
    : log_(std::move(log)),
      listener_(listen_socket),
      signals_(take_signals()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kLargestRequest) {
  check_listening(listen_socket);
  fcntl(listen_socket, F_SETFL, fcntl(listen_socket, F_GETFL) | O_NONBLOCK);
  watch(listen_socket, &listener_);
  watch(signals_.get(), &signals_);
}

FcgiServer::~FcgiServer() = default;

void FcgiServer::watch(int fd, const void* key) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = const_cast<void*>(key)}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) throw os_failure("epoll_ctl");
}

void FcgiServer::run(const Handler& handler, const Tick& tick) {
  std::array<epoll_event, 64> events{};
  while (!draining_ || !slots_.empty()) {
    const int count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), poll_timeout());
    if (count < 0 && errno != EINTR) throw os_failure("epoll_wait");
    bool asked_to_stop = false;
    for (const epoll_event& event : std::span(events).first(count > 0 ? std::size_t(count) : 0)) {
      if (event.data.ptr == &listener_) {
        accept_all();
      } else if (event.data.ptr == &signals_) {
        asked_to_stop = true;
      } else {
        on_event(*static_cast<FcgiSlot*>(event.data.ptr), handler);
      }
    }
    // After the batch: closing slots in it would leave events that point to them.
    if (asked_to_stop && !draining_) begin_drain(handler);
    close_overdue();
    tick_if_due(tick);
  }
}

int FcgiServer::poll_timeout() const {
  const milliseconds wait = deadlines_.empty() && accepting_ ? kTickInterval : kDeadlineInterval;
  return static_cast<int>(wait.count());
}

void FcgiServer::tick_if_due(const Tick& tick) {
  const Clock::time_point now = Clock::now();
  if (now < next_tick_) return;
  next_tick_ = now + kTickInterval;
  if (!accepting_) resume_accepting();
  tick();
}

void FcgiServer::accept_all() {
  for (;;) {
    const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      const bool exhausted =
          errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (exhausted) return pause_accepting();
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return;
    }
    auto slot = std::make_unique<FcgiSlot>(fd);
    epoll_event event{.events = kArmed, .data = {.ptr = slot.get()}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) continue;
    slots_.emplace(slot.get(), std::move(slot));
  }
}

// Out of descriptors: the listener stays readable, and the loop would spin on it.
void FcgiServer::pause_accepting() {
  if (!accepting_) return;
  log_.error("cannot accept", {{"reason", std::generic_category().message(errno)}});
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
  accepting_ = false;
}

void FcgiServer::resume_accepting() {
  accepting_ = true;
  if (listener_.get() >= 0) watch(listener_.get(), &listener_);
}

void FcgiServer::on_event(FcgiSlot& slot, const Handler& handler) {
  if (slot.answering) return;  // a hang-up is seen once the answer is given
  switch (slot.connection.peek(buffer_)) {
    case FcgiConnection::Incoming::request:
      return begin_request(slot, handler);
    case FcgiConnection::Incoming::part:
      return wait_for_rest(slot);
    case FcgiConnection::Incoming::end:
      return close(slot);
    case FcgiConnection::Incoming::nothing:
      if (!deadlines_.contains(&slot)) arm(epoll_.get(), slot, kArmed);
  }
}

void FcgiServer::begin_request(FcgiSlot& slot, const Handler& handler) {
  if (deadlines_.erase(&slot) > 0) arm(epoll_.get(), slot, kDisarmed);
  std::optional<Request> request = slot.connection.read();
  if (!request) return close(slot);
  slot.answering = true;
  handler(std::move(*request), Responder(*this, slot));
}

void FcgiServer::wait_for_rest(FcgiSlot& slot) {
  if (deadlines_.emplace(&slot, Clock::now() + kRequestLimit).second) {
    arm(epoll_.get(), slot, kArmedForMore);
  }
}

void FcgiServer::begin_drain(const Handler& handler) {
  accept_all();
  listener_.reset();
  signals_.reset();
  accepting_ = true;
  std::vector<FcgiSlot*> idle;
  {
    const std::lock_guard lock(hand_over_);
    draining_ = true;
    for (const auto& [slot, owner] : slots_) {
      if (!slot->answering) idle.push_back(slot);
    }
  }
  for (FcgiSlot* slot : idle) {
    const FcgiConnection::Incoming incoming = slot->connection.peek(buffer_);
    if (incoming == FcgiConnection::Incoming::nothing && slot->connection.used()) {
      close(*slot);
    } else if (incoming == FcgiConnection::Incoming::nothing) {
      deadlines_.emplace(slot, Clock::now() + kFirstRequestLimit);
      arm(epoll_.get(), *slot, kArmedForMore);
    } else {
      on_event(*slot, handler);
    }
  }
}

void FcgiServer::close_overdue() {
  if (deadlines_.empty()) return;
  const Clock::time_point now = Clock::now();
  std::vector<FcgiSlot*> overdue;
  for (const auto& [slot, deadline] : deadlines_) {
    if (deadline <= now) overdue.push_back(slot);
  }
  for (FcgiSlot* slot : overdue) close(*slot);
}

void FcgiServer::close(FcgiSlot& slot) {
  // The thread that armed the slot may not be back from doing so.
  const std::lock_guard lock(hand_over_);
  deadlines_.erase(&slot);
  slots_.erase(&slot);
}

void FcgiServer::finish(FcgiSlot& slot, const Response& response) {
  const bool keep = slot.connection.write(response);
  const std::lock_guard lock(hand_over_);
  // Only the loop destroys a slot, once it sees this end. What has come before is answered first.
  if (!keep || draining_) shutdown(slot.connection.fd(), keep ? SHUT_RD : SHUT_RDWR);
  slot.answering = false;
  arm(epoll_.get(), slot, kArmed);
}

}  // namespace scanlogin
