#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "fuzz/fcgi_records.h"
#include "server/fcgi_server.h"

// The web server's side of an endpoint, for tests: connections to it, and a server to connect to.
namespace scanlogin::web {

// After which it hangs, however slow the machine is.
constexpr std::chrono::seconds kPatience{300};

template <class Semaphore>
void await(Semaphore& event, const char* what) {
  EXPECT_TRUE(event.try_acquire_for(kPatience)) << "does not happen: " << what;
}

enum class Keep { yes, no };  // FCGI_KEEP_CONN

inline std::string request(const std::string& query, std::string_view body = "",
                           Keep keep = Keep::yes, const std::string& method = "GET") {
  std::string bytes =
      fuzz::request({{"REQUEST_METHOD", method}, {"QUERY_STRING", query}}, body, {});
  if (keep == Keep::no) bytes[10] = 0;  // the flags of BEGIN_REQUEST
  return bytes;
}

inline Response plain(std::string body) {
  return {.headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

// One connection to an endpoint.
class Connection {
 public:
  explicit Connection(Descriptor fd) : fd_(std::move(fd)) {
    constexpr timeval kLimit{.tv_sec = kPatience.count(), .tv_usec = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof(kLimit));
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;  // refused: the test sees it by what comes back
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void hang_up() { fd_.reset(); }

  // All of STDOUT of the next answer, and whether it came to its end.
  fuzz::Answer answer() {
    fuzz::Answer answer;
    while (!answer.ended) {
      const std::string header = receive(8);
      if (header.size() < 8) break;
      const auto at = [&](std::size_t i) { return static_cast<unsigned char>(header[i]); };
      const std::string content = receive(at(4) * 256U + at(5));
      receive(at(6));
      if (at(1) == fuzz::kStdout) answer.text += content;
      answer.ended = at(1) == fuzz::kEnd;
    }
    return answer;
  }
  std::string text() { return answer().text; }
  // The body of the next answer.
  std::string body() {
    const std::string all = text();
    const std::size_t head = all.find("\r\n\r\n");
    return head == std::string::npos ? "no answer: " + all : all.substr(head + 4);
  }
  // Waits until the endpoint closes it; what came before that.
  std::string rest() {
    std::string all;
    for (std::string part = receive(1); !part.empty(); part = receive(1)) all += part;
    return all;
  }

 private:
  // So many bytes, or what there is before the connection ends.
  std::string receive(std::size_t size) {
    std::string all(size, '\0');
    std::size_t received = 0;
    while (received < size) {
      const ssize_t count = recv(fd_.get(), all.data() + received, size - received, 0);
      if (count < 0 && errno != ECONNRESET) ADD_FAILURE() << "nothing came, nor the end";
      if (count <= 0) break;
      received += static_cast<std::size_t>(count);
    }
    all.resize(received);
    return all;
  }

  Descriptor fd_;
};

// A FcgiServer on a socket in a directory of its own, with a loop on a thread of its own. The
// destructor ends it by SIGTERM.
class Served {
 public:
  explicit Served(
      FcgiServer::Handler handler, FcgiServer::Callback tick = [] {},
      FcgiServer::Callback drain = [] {})
      : server_(loop_, listen(), Log("test", LogLevel::error)),
        thread_([this, handler = std::move(handler), tick = std::move(tick),
                 drain = std::move(drain)] { server_.run(handler, tick, drain); }) {}
  ~Served() {
    ask_to_stop();
    thread_.join();
    take_signal();
    std::filesystem::remove_all(directory_);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  Connection connect() const {
    Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un name = address();
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
    return Connection(std::move(fd));
  }

  static void ask_to_stop() { kill(getpid(), SIGTERM); }

 private:
  // All threads block it and the server leaves it where it is, for the next one to find.
  static void take_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    const timespec at_once{};
    sigtimedwait(&set, nullptr, &at_once);
  }
  sockaddr_un address() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ / "endpoint.sock";
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
  }
  int listen() {
    std::string directory = std::filesystem::temp_directory_path() / "scanlogin-unit.XXXXXX";
    EXPECT_NE(mkdtemp(directory.data()), nullptr);
    directory_ = directory;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un name = address();
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
    EXPECT_EQ(::listen(fd, 64), 0);
    return fd;
  }

  std::filesystem::path directory_;
  EventLoop loop_;
  FcgiServer server_;
  std::thread thread_;
};

}  // namespace scanlogin::web
