#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"

namespace scanlogin {

// An HTTP server on a loopback address for tests, of one request a connection. Whatever it is asked
// is answered by a function, on a thread of its own.
class HttpStandIn {
 public:
  struct Request {
    std::string method;
    std::string target;                          // path and query
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::string raw;  // head and body as they came
  };
  struct Reply {
    int status = 200;
    std::string body;
  };
  using Handler = std::function<Reply(const Request&)>;

  explicit HttpStandIn(Handler handler) : handler_(std::move(handler)) {
    setenv("no_proxy", "*", 1);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(name);
    auto* address = reinterpret_cast<sockaddr*>(&name);
    EXPECT_EQ(bind(listener_.get(), address, size), 0);
    EXPECT_EQ(listen(listener_.get(), 64), 0);
    EXPECT_EQ(getsockname(listener_.get(), address, &size), 0);
    port_ = ntohs(name.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~HttpStandIn() {
    shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : answering_) thread.join();
  }
  HttpStandIn(const HttpStandIn&) = delete;
  HttpStandIn& operator=(const HttpStandIn&) = delete;

  // "http://127.0.0.1:PORT"
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void accept_all() {
    for (;;) {
      Descriptor fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (fd.get() < 0) return;
      answering_.emplace_back([this, fd = std::move(fd)] { answer(fd.get()); });
    }
  }

  void answer(int fd) {
    std::string bytes;
    std::size_t head = std::string::npos;
    while ((head = bytes.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(fd, bytes)) return;
    }
    Request request = parse(bytes.substr(0, head));
    const auto length = whole_number(request.headers["content-length"]).value_or(0);
    while (bytes.size() < head + 4 + static_cast<std::size_t>(length)) {
      if (!receive(fd, bytes)) return;
    }
    request.body = bytes.substr(head + 4);
    request.raw = bytes;
    const Reply reply = handler_(request);
    send_all(fd, "HTTP/1.1 " + std::to_string(reply.status) +
                     " -\r\nConnection: close\r\nContent-Type: application/json\r\n"
                     "Content-Length: " +
                     std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body);
  }

  static Request parse(const std::string& head) {
    const std::vector<std::string_view> lines = split(head, "\r\n");
    const std::vector<std::string_view> first = split(lines.at(0), " ");
    Request request;
    request.method = first.at(0);
    request.target = first.at(1);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::size_t colon = lines[i].find(": ");
      request.headers[ascii_lower(lines[i].substr(0, colon))] = lines[i].substr(colon + 2);
    }
    return request;
  }

  static bool receive(int fd, std::string& bytes) {
    std::string part(4096, '\0');
    const ssize_t count = recv(fd, part.data(), part.size(), 0);
    if (count <= 0) return false;
    bytes.append(part, 0, static_cast<std::size_t>(count));
    return true;
  }

  static void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  const Handler handler_;
  Descriptor listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port_ = 0;
  std::vector<std::thread> answering_;
  std::thread acceptor_;
};

}  // namespace scanlogin
