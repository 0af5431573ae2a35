#pragma once

#include <chrono>
#include <vector>

#include "base/descriptor.h"
#include "base/ip_address.h"
#include "base/log.h"

namespace scanlogin {

// A listening socket, as spawn-fcgi or systemd leave it: a unix socket, whose file says who may
// connect, or TCP, where FCGI_WEB_SERVER_ADDRS does (FastCGI 1.0, section 3.2). On the loop.
class Listener {
 public:
  // Takes over the socket. web_servers: who may connect by TCP; none: everybody, and that is logged
  // where others than this machine can reach it. Throws Error(config) for what is no such socket.
  Listener(int fd, std::vector<IpAddress> web_servers, Log log);

  int fd() const noexcept { return fd_.get(); }  // −1 once it is closed
  bool is_tcp() const noexcept { return tcp_; }

  // The next connection, a blocking socket; −1, with errno, if there is none. One from an address
  // that may not connect is closed, and logged once a second at the most.
  int accept();

  void close() { fd_.reset(); }

 private:
  using Clock = std::chrono::steady_clock;

  bool admits(const IpAddress& peer) const;
  void tell_of_refused(const IpAddress& peer);

  Descriptor fd_;
  const std::vector<IpAddress> web_servers_;
  const Log log_;
  bool tcp_ = false;
  Clock::time_point next_word_{};
};

}  // namespace scanlogin
