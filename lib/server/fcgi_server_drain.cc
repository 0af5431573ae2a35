// How a FcgiServer ends: every request that has arrived is answered, and no other is carried out.

#include <sys/socket.h>

#include <mutex>
#include <vector>

#include "server/fcgi_connection.h"
#include "server/fcgi_server.h"
#include "server/fcgi_slot.h"

namespace scanlogin {
namespace {

// A connection fresh from the backlog has a request on its way; this long a drain waits for it.
constexpr std::chrono::seconds kFirstRequestLimit{1};
// So long a web server has to close its side of a connection that we have ended: a round trip, if
// it is there.
constexpr std::chrono::seconds kLingerLimit{1};
}  // namespace

void FcgiServer::begin_drain() {
  accept_all();
  loop_.remove(listener_.fd(), on_connection_);
  loop_.remove(signals_.get(), on_signal_);
  listener_.close();
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
      leave(*slot, true);
      on_events(*slot);
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

// What has come before is answered first. Of a unix socket's end the web server is told by its next
// write; to one that is on TCP our side has to be closed, and then nothing can be answered any
// more.
void FcgiServer::leave(FcgiSlot& slot, bool keep) {
  const int fd = slot.connection.fd();
  if (!listener_.is_tcp()) {
    shutdown(fd, keep ? SHUT_RD : SHUT_RDWR);
  } else if (!keep || !slot.connection.has_more()) {
    shutdown(fd, SHUT_WR);
    slot.ended = true;
  }
}

// A close with something unread would be a reset, which destroys an answer that is on its way. So
// what comes is taken, and nothing is done about it, until the web server closes its side as well.
void FcgiServer::linger(FcgiSlot& slot) {
  if (!slot.connection.discard()) return close(slot);
  if (deadlines_.emplace(&slot, Clock::now() + kLingerLimit).second) {
    arm(loop_, slot, kArmedForMore);
  }
}

}  // namespace scanlogin
