#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"

// What the bench's own clients of nginx share: thousands of connections on one epoll.
namespace scanlogin::bench {

using Clock = std::chrono::steady_clock;

struct HttpReply {
  int status = 0;
  bool last = false;  // the server closes the connection behind it
  std::string body;

  bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
  bool is_token() const { return status == 200 && has(R"("token":")"); }
  bool is_nothing_scanned() const { return status == 200 && has(R"("data":{})"); }
  std::string text() const { return std::to_string(status) + " " + body.substr(0, 200); }
};

// The reply at the head of what has arrived; nothing while it is incomplete.
inline std::optional<HttpReply> parse(const std::string& input) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const std::string_view head(input.data(), end + 2);
  const auto value = [&](std::string_view name) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) return std::string_view();
    const std::string_view rest = head.substr(at + name.size());
    return rest.substr(0, rest.find("\r\n"));
  };
  const std::string_view length = value("\r\nContent-Length: ");
  std::size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  if (input.size() < end + 4 + size) return std::nullopt;
  HttpReply reply;
  const std::string_view status = value("HTTP/1.1 ");
  std::from_chars(status.data(), status.data() + status.size(), reply.status);
  reply.last = value("\r\nConnection: ") == "close";
  reply.body = input.substr(end + 4, size);
  return reply;
}

// A connection to nginx, kept from one request to the next. It stays where it is: epoll has its
// address.
class HttpConnection {
 public:
  HttpConnection(int epoll, int port) : epoll_(epoll), port_(port) {}
  virtual ~HttpConnection() = default;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // headers: further ones, each with its line end.
  void get(const std::string& target, const std::string& headers = "") {
    if (socket_.get() < 0) connect();
    const std::string request =
        "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    // A new connection's buffer takes a request whole.
    const ssize_t sent = send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(request.size())) return;
    throw Error(ErrorKind::internal, "cannot send");
  }

  // Reads what has arrived.
  void on_readable() {
    if (socket_.get() < 0) return;
    std::array<char, 16384> buffer{};
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      close();
      return lost();
    }
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    const std::optional<HttpReply> reply = parse(input_);
    if (!reply) return;
    input_.clear();
    if (reply->last) close();
    take(*reply);
  }

  void close() {
    socket_.reset();
    input_.clear();
  }

 protected:
  virtual void take(const HttpReply& reply) = 0;
  // The server has closed the connection.
  virtual void lost() = 0;

 private:
  void connect() {
    socket_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = this}};
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0 ||
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_.get(), &event) != 0) {
      throw Error(ErrorKind::internal, "cannot connect to port " + std::to_string(port_));
    }
  }

  const int epoll_;
  const int port_;
  Descriptor socket_;
  std::string input_;
};

// Waits until something has arrived, `until` at the latest, and has it read. Nothing is said of an
// event whose pointer is null: it is the caller's own; returns whether there was one.
inline bool read_arrived(int epoll, Clock::time_point until) {
  std::array<epoll_event, 256> events{};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(std::max<std::int64_t>(left, 0)));
  bool own = false;
  for (int i = 0; i < count; ++i) {
    void* const pointer = events[static_cast<std::size_t>(i)].data.ptr;
    own = own || pointer == nullptr;
    if (pointer != nullptr) static_cast<HttpConnection*>(pointer)->on_readable();
  }
  return own;
}

// A name that no other login has.
inline std::string new_name() {
  static const std::string run =
      std::to_string(getpid()) + "-" + std::to_string(std::time(nullptr)) + "-";
  static std::uint64_t count = 0;
  return run + std::to_string(++count);
}

inline std::int64_t microseconds_since(Clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count();
}

inline std::int64_t quantile(const std::vector<std::int64_t>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace scanlogin::bench
