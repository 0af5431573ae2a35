#include "server/fcgi_server.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "server/fcgi_connection.h"
#include "server/fcgi_slot.h"

namespace scanlogin {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLargestRequest = 128 * 1024;
constexpr std::chrono::seconds kRequestLimit{10};
constexpr milliseconds kTickInterval{1000};
constexpr milliseconds kDeadlineInterval{100};  // while there are deadlines

std::system_error os_failure(const char* call) { return {errno, std::generic_category(), call}; }

constexpr std::array kEndingSignals = {SIGTERM, SIGINT, SIGQUIT};
// A terminal that closes sends the first, and whoever rotates logs either.
constexpr std::array kReopeningSignals = {SIGHUP, SIGUSR1};

Descriptor take_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGUSR2, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kEndingSignals) sigaddset(&set, signal);
  for (const int signal : kReopeningSignals) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
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
  if (what) slot_->held = true;
  slot_->hung_up = std::move(what);
  arm(server_->loop_, *slot_, events);
}

FcgiServer::FcgiServer(EventLoop& loop, int listen_socket, Log log,
                       std::vector<IpAddress> web_servers)
    : loop_(loop),
      log_(std::move(log)),
      listener_(listen_socket, std::move(web_servers), log_),
      signals_(take_signals()),
      buffer_(kLargestRequest) {
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

void FcgiServer::take_signal() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    const auto signal = static_cast<int>(info.ssi_signo);
    const auto is_it = [signal](int other) { return signal == other; };
    if (std::ranges::any_of(kEndingSignals, is_it)) {
      asked_to_stop_ = true;
    } else {
      log_.reopen();
    }
  }
}

void FcgiServer::accept_all() {
  for (;;) {
    const int fd = listener_.accept();
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
  loop_.remove(listener_.fd(), on_connection_);
  accepting_ = false;
}

void FcgiServer::resume_accepting() {
  accepting_ = true;
  if (listener_.fd() >= 0) loop_.add(listener_.fd(), EPOLLIN, on_connection_);
}

void FcgiServer::on_events(FcgiSlot& slot) {
  if (slot.answering) {  // a hang-up that nobody waits for is seen once the answer is given
    if (const auto hung_up = std::exchange(slot.hung_up, nullptr)) hung_up();
    return;
  }
  if (slot.ended) return linger(slot);
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
  slot.arrived = Clock::now();
  slot.held = false;
  handler_(std::move(*request), Responder(*this, slot));
}

void FcgiServer::wait_for_rest(FcgiSlot& slot) {
  if (deadlines_.emplace(&slot, Clock::now() + kRequestLimit).second) {
    arm(loop_, slot, kArmedForMore);
  }
}

void FcgiServer::close(FcgiSlot& slot) {
  // The thread that armed the slot may not be back from doing so.
  const std::lock_guard lock(hand_over_);
  loop_.remove(slot.connection.fd(), slot);
  deadlines_.erase(&slot);
  slots_.erase(&slot);
}

void FcgiServer::finish(FcgiSlot& slot, const Response& response) {
  const bool keep = slot.connection.write(response, draining_ && listener_.is_tcp());
  metrics_.answered(response.status, Clock::now() - slot.arrived, slot.held);
  const std::lock_guard lock(hand_over_);
  // Only the loop destroys a slot, once it sees this end.
  if (!keep || draining_) leave(slot, keep);
  slot.answering = false;
  arm(loop_, slot, slot.ended ? kArmedAtOnce : kArmed);
}

}  // namespace scanlogin
