#include "server/fcgi_server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "server/fcgi_connection.h"

namespace scanlogin {

struct FcgiSlot : EventLoop::Handler {
  FcgiSlot(FcgiServer& a_server, int fd) : server(a_server), connection(fd) {}
  // A hang-up while its request is being answered is the holder's to know, if that has asked.
  void on_events(std::uint32_t /*events*/) override { server.on_events(*this); }

  FcgiServer& server;
  FcgiConnection connection;
  std::function<void()> hung_up;  // the loop's
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
// For the end of who asked.
constexpr std::uint32_t kArmedForEnd = EPOLLRDHUP | EPOLLONESHOT;

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

void arm(EventLoop& loop, FcgiSlot& slot, std::uint32_t events) {
  loop.change(slot.connection.fd(), events, slot);
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

void Responder::on_hang_up(std::function<void()> what) {
  const std::uint32_t events = what ? kArmedForEnd : kDisarmed;
  slot_->hung_up = std::move(what);
  arm(server_->loop_, *slot_, events);
}

FcgiServer::FcgiServer(EventLoop& loop, int listen_socket, Log log)
    : loop_(loop),
      log_(std::move(log)),
      listener_(listen_socket),
      signals_(take_signals()),
      buffer_(kLargestRequest) {
  check_listening(listen_socket);
  fcntl(listen_socket, F_SETFL, fcntl(listen_socket, F_GETFL) | O_NONBLOCK);
  const bool watched = loop_.add(listen_socket, EPOLLIN, on_connection_) &&
                       loop_.add(signals_.get(), EPOLLIN, on_signal_);
  if (!watched) throw os_failure("epoll_ctl");
}

FcgiServer::~FcgiServer() = default;

void FcgiServer::run(Handler handler, const Callback& tick, const Callback& drain) {
  handler_ = std::move(handler);
  while (!draining_ || !slots_.empty()) {
    loop_.run_once(deadlines_.empty() && accepting_ ? kTickInterval : kDeadlineInterval);
    if (asked_to_stop_ && !draining_) {
      begin_drain();
      drain();
    }
    close_overdue();
    tick_if_due(tick);
  }
  loop_.run_once(milliseconds(0));  // what the last ones have posted
}

void FcgiServer::tick_if_due(const Callback& tick) {
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
    auto slot = std::make_unique<FcgiSlot>(*this, fd);
    if (!loop_.add(fd, kArmed, *slot)) continue;
    slots_.emplace(slot.get(), std::move(slot));
  }
}

// Out of descriptors: the listener stays readable, and the loop would spin on it.
void FcgiServer::pause_accepting() {
  if (!accepting_) return;
  log_.error("cannot accept", {{"reason", std::generic_category().message(errno)}});
  loop_.remove(listener_.get(), on_connection_);
  accepting_ = false;
}

void FcgiServer::resume_accepting() {
  accepting_ = true;
  if (listener_.get() >= 0) loop_.add(listener_.get(), EPOLLIN, on_connection_);
}

void FcgiServer::on_events(FcgiSlot& slot) {
  if (slot.answering) {  // a hang-up that nobody waits for is seen once the answer is given
    if (const auto hung_up = std::exchange(slot.hung_up, nullptr)) hung_up();
    return;
  }
  switch (slot.connection.peek(buffer_)) {
    case FcgiConnection::Incoming::request:
      return begin_request(slot);
    case FcgiConnection::Incoming::part:
      return wait_for_rest(slot);
    case FcgiConnection::Incoming::end:
      return close(slot);
    case FcgiConnection::Incoming::nothing:
      if (!deadlines_.contains(&slot)) arm(loop_, slot, kArmed);
  }
}

void FcgiServer::begin_request(FcgiSlot& slot) {
  if (deadlines_.erase(&slot) > 0) arm(loop_, slot, kDisarmed);
  std::optional<Request> request = slot.connection.read();
  if (!request) return close(slot);
  slot.answering = true;
  handler_(std::move(*request), Responder(*this, slot));
}

void FcgiServer::wait_for_rest(FcgiSlot& slot) {
  if (deadlines_.emplace(&slot, Clock::now() + kRequestLimit).second) {
    arm(loop_, slot, kArmedForMore);
  }
}

void FcgiServer::begin_drain() {
  accept_all();
  loop_.remove(listener_.get(), on_connection_);
  loop_.remove(signals_.get(), on_signal_);
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
      arm(loop_, *slot, kArmedForMore);
    } else {
      on_events(*slot);
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
  loop_.remove(slot.connection.fd(), slot);
  deadlines_.erase(&slot);
  slots_.erase(&slot);
}

void FcgiServer::finish(FcgiSlot& slot, const Response& response) {
  const bool keep = slot.connection.write(response);
  const std::lock_guard lock(hand_over_);
  // Only the loop destroys a slot, once it sees this end. What has come before is answered first.
  if (!keep || draining_) shutdown(slot.connection.fd(), keep ? SHUT_RD : SHUT_RDWR);
  slot.answering = false;
  arm(loop_, slot, kArmed);
}

}  // namespace scanlogin
