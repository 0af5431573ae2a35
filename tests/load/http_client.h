#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace scanlogin::load {

struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;

  // The value of a header; empty if it is not there.
  std::string header(const std::string& name) const {
    const std::string before = "\r\n" + name + ": ";
    const std::size_t at = head.find(before);
    if (at == std::string::npos) return "";
    const std::size_t begin = at + before.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

// nginx cannot be reached, or has hung up before the first byte of its reply.
class NoAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// nginx has hung up without having read the request.
class Unread : public NoAnswer {
 public:
  using NoAnswer::NoAnswer;
};

// A browser that keeps its connection: one request after another to nginx's unix socket, blocking.
// One that nginx closed unread, as it does when it takes a new configuration, is sent again.
// Throws NoAnswer, and another std::runtime_error when nginx hangs up in mid-reply, is silent for
// five minutes or sends what is no HTTP. After that the next request goes over a new connection.
class LoginCookie {
 public:
  explicit LoginCookie(std::string socket) : path_(std::move(socket)) {}

  HttpAnswer send(std::string_view method, const std::string& target, const std::string& token = "",
                  const std::string& cookie = "") {
    std::string request = std::string(method) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!token.empty()) request += "IDTOKEN: " + token + "\r\n";
    if (!cookie.empty()) request += "Cookie: " + cookie + "\r\n";
    if (method == "POST") request += "Content-Length: 0\r\n";
    return sent(request + "\r\n");
  }

  // A PATCH of a row, whatever its version.
  HttpAnswer change(const std::string& target, const std::string& token, const std::string& body) {
    return sent("PATCH " + target + " HTTP/1.1\r\nHost: localhost\r\nIf-Match: *\r\nIDTOKEN: " +
                token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

 private:
  HttpAnswer sent(const std::string& request) {
    try {
      if (connection_.get() >= 0 && !was_closed()) {
        try {
          return exchange(request);
        } catch (const Unread&) {
        }
      }
      connect();
      return exchange(request);
    } catch (const std::exception&) {
      connection_.reset();
      throw;
    }
  }

  // An idle connection may be closed at any time: nothing was sent, and nothing is lost.
  bool was_closed() const {
    char byte = 0;
    return recv(connection_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

  void connect() {
    input_.clear();
    connection_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval limit{.tv_sec = 300, .tv_usec = 0};
    setsockopt(connection_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    if (::connect(connection_.get(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof(address)) != 0) {
      throw NoAnswer("cannot connect to " + path_);
    }
  }

  HttpAnswer exchange(const std::string& request) {
    const ssize_t sent = ::send(connection_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) throw Unread("cannot send");
    return receive();
  }

  void fill() {
    std::array<char, 8192> chunk{};
    const ssize_t count = recv(connection_.get(), chunk.data(), chunk.size(), 0);
    if (count > 0) {
      input_.append(chunk.data(), static_cast<std::size_t>(count));
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      throw std::runtime_error("no reply within five minutes");
    } else if (count < 0 && errno == ECONNRESET && input_.empty()) {
      // A unix socket says so only if its other end closed with something left to read.
      throw Unread("the connection closed before the request was read");
    } else if (input_.empty()) {
      throw NoAnswer("the connection closed without a reply");
    } else {
      throw std::runtime_error("the connection closed in mid-reply");
    }
  }

  static int number_behind(std::string_view head, std::string_view name) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos)
      throw std::runtime_error("a reply lacks " + std::string(name));
    int number = 0;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), number);
    return number;
  }

  HttpAnswer receive() {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) fill();
    const std::string head = input_.substr(0, end + 2);
    const auto length = static_cast<std::size_t>(number_behind(head, "\r\nContent-Length: "));
    while (input_.size() < end + 4 + length) fill();
    HttpAnswer answer{number_behind(head, "HTTP/1.1 "), head, input_.substr(end + 4, length)};
    input_.erase(0, end + 4 + length);
    if (head.find("\r\nConnection: close") != std::string::npos) connection_.reset();
    return answer;
  }

  const std::string path_;
  Descriptor connection_;
  std::string input_;
};

}  // namespace scanlogin::load
