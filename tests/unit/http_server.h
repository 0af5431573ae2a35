#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "base/descriptor.h"

namespace scanlogin {

// A web server on 127.0.0.1 that answers one connection after the other. Whoever asks it has to be
// gone before it.
class HttpServer {
 public:
  // From a request, head and body as they came, to an answer as it goes out.
  using Handler = std::function<std::string(const std::string& request)>;

  explicit HttpServer(Handler handler)
      : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), handler_(std::move(handler)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* name = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listening_.get(), name, size), 0);
    EXPECT_EQ(listen(listening_.get(), 8), 0);
    EXPECT_EQ(getsockname(listening_.get(), name, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~HttpServer() {
    shutdown(listening_.get(), SHUT_RDWR);
    thread_.join();
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  static std::string answer(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: text/html\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

 private:
  void run() {
    for (;;) {
      const Descriptor connection(accept(listening_.get(), nullptr, nullptr));
      if (connection.get() < 0) return;
      for (std::string request = read_from(connection.get()); !request.empty();
           request = read_from(connection.get())) {
        const std::string reply = handler_(request);
        if (send(connection.get(), reply.data(), reply.size(), MSG_NOSIGNAL) < 0) break;
      }
    }
  }

  // One request; empty at the connection's end.
  static std::string read_from(int fd) {
    std::string all;
    char c = 0;
    while (!all.ends_with("\r\n\r\n")) {
      if (recv(fd, &c, 1, 0) != 1) return "";
      all += c;
    }
    const std::size_t at = all.find("Content-Length: ");
    std::size_t body = at == std::string::npos ? 0 : std::strtoul(&all[at + 16], nullptr, 10);
    for (; body > 0 && recv(fd, &c, 1, 0) == 1; --body) all += c;
    return all;
  }

  Descriptor listening_;
  Handler handler_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace scanlogin
