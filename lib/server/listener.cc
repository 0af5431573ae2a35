#include "server/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace scanlogin {
namespace {

// Whoever has gone without a word (a machine lost, a cable cut) is noticed within 90 seconds. nginx
// itself closes what was idle for a minute, so those who are there are not asked.
constexpr int kIdleSeconds = 60;
constexpr int kProbeSeconds = 10;
constexpr int kUnconfirmedMs = 90000;  // also of an answer that nobody acknowledges
// A request stays in the socket until it is whole (FcgiConnection::peek), 128 KiB at the most; by
// default TCP takes half of that from whoever is not read. The kernel counts its own overhead, and
// takes no memory before something comes.
constexpr int kReceiveBuffer = 256 * 1024;
constexpr std::chrono::seconds kBetweenWords{1};

void set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

// Of the listening socket too: a connection gets them from there before anybody has accepted it.
void prepare(int fd) {
  // An answer is one write; what is left of a longer one behind its last full segment would wait
  // for an acknowledgement, which the other side delays by 40 ms.
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, kProbeSeconds);
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUnconfirmedMs);
  set(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
}

void check_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof(listening);
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    throw Error(ErrorKind::config,
                "standard input is not a listening socket: start this with spawn-fcgi or systemd");
  }
}

IpAddress address_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address, sizeof(ipv6));
    IpAddress bytes{};
    std::copy_n(std::begin(ipv6.sin6_addr.s6_addr), bytes.size(), bytes.begin());
    return bytes;
  }
  sockaddr_in ipv4{};
  std::memcpy(&ipv4, &address, sizeof(ipv4));
  return ipv4_address(ipv4.sin_addr.s_addr);
}

}  // namespace

Listener::Listener(int fd, std::vector<IpAddress> web_servers, Log log)
    : fd_(fd), web_servers_(std::move(web_servers)), log_(std::move(log)) {
  check_listening(fd);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  tcp_ = address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (!tcp_) return;
  prepare(fd);
  if (web_servers_.empty() && !is_loopback(address_of(address))) {
    log_.warning("everybody who connects is trusted: FCGI_WEB_SERVER_ADDRS is not set",
                 {{"listening", to_text(address_of(address))}});
  }
}

int Listener::accept() {
  for (;;) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    const int fd = accept4(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC);
    if (fd < 0 || !tcp_) return fd;
    const IpAddress peer = address_of(address);
    if (admits(peer)) {
      prepare(fd);
      return fd;
    }
    const Descriptor refused(fd);
    tell_of_refused(peer);
  }
}

bool Listener::admits(const IpAddress& peer) const {
  return web_servers_.empty() ||
         std::find(web_servers_.begin(), web_servers_.end(), peer) != web_servers_.end();
}

void Listener::tell_of_refused(const IpAddress& peer) {
  const Clock::time_point now = Clock::now();
  if (now < next_word_) return;
  next_word_ = now + kBetweenWords;
  log_.warning("connection refused: not in FCGI_WEB_SERVER_ADDRS", {{"peer", to_text(peer)}});
}

}  // namespace scanlogin
