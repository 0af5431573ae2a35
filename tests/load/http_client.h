#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>

#include "clients/descriptor.h"

namespace scanlogin::load {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// A browser that keeps its connection: one request after another to nginx's unix socket, blocking.
// Throws when nginx hangs up in mid-reply or sends what is no HTTP.
class Browser {
 public:
  explicit Browser(std::string socket) : path_(std::move(socket)) {}

  HttpAnswer send(std::string_view method, const std::string& target, const std::string& token) {
    std::string request = std::string(method) + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!token.empty()) request += "IDTOKEN: " + token + "\r\n";
    if (method == "POST") request += "Content-Length: 0\r\n";
    request += "\r\n";
    if (connection_.get() < 0) connect();
    const ssize_t sent = ::send(connection_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) throw std::runtime_error("cannot send");
    return receive();
  }

 private:
  void connect() {
    connection_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    if (::connect(connection_.get(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof(address)) != 0) {
      throw std::runtime_error("cannot connect to " + path_);
    }
  }

  void fill() {
    std::array<char, 8192> chunk{};
    const ssize_t count = recv(connection_.get(), chunk.data(), chunk.size(), 0);
    if (count <= 0) throw std::runtime_error("the connection closed in mid-reply");
    input_.append(chunk.data(), static_cast<std::size_t>(count));
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
    HttpAnswer answer{number_behind(head, "HTTP/1.1 "), input_.substr(end + 4, length)};
    input_.erase(0, end + 4 + length);
    if (head.find("\r\nConnection: close") != std::string::npos) connection_.reset();
    return answer;
  }

  const std::string path_;
  Descriptor connection_;
  std::string input_;
};

}  // namespace scanlogin::load
