#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <semaphore>
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

// A socket to listen at: of a file in a directory of its own, or of TCP on the machine itself, on a
// port that the kernel chooses.
class Address {
 public:
  explicit Address(int family) {
    name_.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
      sockaddr_in name{};
      name.sin_family = AF_INET;
      name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      put(name);
    } else if (family == AF_INET6) {
      sockaddr_in6 name{};
      name.sin6_family = AF_INET6;
      name.sin6_addr = in6addr_loopback;
      put(name);
    } else {
      std::string directory = std::filesystem::temp_directory_path() / "scanlogin-unit.XXXXXX";
      EXPECT_NE(mkdtemp(directory.data()), nullptr);
      directory_ = directory;
      sockaddr_un name{};
      name.sun_family = AF_UNIX;
      const std::string path = directory_ / "endpoint.sock";
      path.copy(name.sun_path, sizeof(name.sun_path) - 1);
      put(name);
    }
  }
  ~Address() {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;

  int listen() {
    const int fd = socket(name_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name_), size_), 0);
    EXPECT_EQ(::listen(fd, 64), 0);
    socklen_t size = sizeof(name_);
    if (directory_.empty()) getsockname(fd, reinterpret_cast<sockaddr*>(&name_), &size);
    return fd;
  }
  // receive_buffer: bytes that the connection takes before it is read; 0 for what is usual.
  Descriptor connect(int receive_buffer = 0) const {
    Descriptor fd(socket(name_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer > 0) {
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&name_), size_), 0);
    return fd;
  }

 private:
  template <class Name>
  void put(const Name& name) {
    std::memcpy(&name_, &name, sizeof(name));
    size_ = sizeof(name);
  }

  std::filesystem::path directory_;
  sockaddr_storage name_{};
  socklen_t size_ = 0;
};

// A FcgiServer at an Address, with a loop on a thread of its own. The destructor ends it by
// SIGTERM. One at a time: a signal is the process's, and whichever server read it first would take
// the other's.
class Served {
 public:
  explicit Served(
      FcgiServer::Handler handler, FcgiServer::Callback tick = [] {},
      FcgiServer::Callback drain = [] {}, int family = AF_UNIX,
      std::vector<IpAddress> web_servers = {})
      : address_(family),
        server_(loop_, address_.listen(), Log("test", LogLevel::error), std::move(web_servers)),
        thread_(
            [this, handler = std::move(handler), tick = std::move(tick), drain = std::move(drain)] {
              server_.run(handler, tick, drain);
              ended_.release();
            }) {
    EXPECT_FALSE(std::exchange(one_is_there_, true)) << "there is another server";
  }
  ~Served() {
    ask_to_stop();
    await(ended_, "the server ends");
    thread_.join();
    take_signal();
    one_is_there_ = false;
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  Connection connect(int receive_buffer = 0) const {
    return Connection(address_.connect(receive_buffer));
  }

  static void ask_to_stop() { kill(getpid(), SIGTERM); }

 private:
  // One that came when the server had ended already: all threads block it, and the next server
  // would find it.
  static void take_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    const timespec at_once{};
    sigtimedwait(&set, nullptr, &at_once);
  }

  inline static bool one_is_there_ = false;

  Address address_;
  EventLoop loop_;
  FcgiServer server_;
  std::binary_semaphore ended_{0};
  std::thread thread_;
};

}  // namespace scanlogin::web
