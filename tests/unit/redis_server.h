#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "base/config.h"
#include "base/error.h"
#include "clients/redis.h"

namespace scanlogin::redis {

// Until it holds; false where only a hang can be the reason that it does not.
inline bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(300);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// One of 127.0.0.1 that nobody listens at.
inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

// A Redis on a socket in a directory of its own, for one test.
class Server {
 public:
  // port: of 127.0.0.1, where it listens too; 0: none.
  explicit Server(int port = 0) : port_(port) {
    std::signal(SIGPIPE, SIG_IGN);  // as an endpoint has it
    std::string directory = std::filesystem::temp_directory_path() / "scanlogin-unit.XXXXXX";
    EXPECT_NE(mkdtemp(directory.data()), nullptr);
    directory_ = directory;
    start();
  }
  ~Server() {
    end();
    std::filesystem::remove_all(directory_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  RedisConfig config() const {
    RedisConfig config;
    config.address.socket = socket();
    return config;
  }

  void start() {
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execlp("redis-server", "redis-server", "--port", std::to_string(port_).c_str(), "--bind",
             "127.0.0.1", "--unixsocket", socket().c_str(), "--save", "", "--dir",
             directory_.c_str(), "--logfile", "log", nullptr);
      _exit(127);
    }
    EXPECT_TRUE(eventually([this] { return answers() || !runs(); }));
    EXPECT_TRUE(runs()) << "redis-server has ended; is it installed?";
  }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
    std::filesystem::remove(socket());
  }
  // Has it do nothing, with all its connections as they are.
  void halt() const { kill(pid_, SIGSTOP); }
  void go_on() const { kill(pid_, SIGCONT); }
  // Has another Redis take over the address of this one, which goes on for those that it knows.
  void be_replaced_by(const Server& other) const {
    std::filesystem::rename(other.socket(), socket());
  }

 private:
  std::string socket() const { return directory_ / "redis.sock"; }
  bool answers() const {
    try {
      Client(config(), 1, Log("test", LogLevel::error)).command({"PING"});
      return true;
    } catch (const Error&) {
      return false;
    }
  }
  bool runs() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
  }

  const int port_;
  std::filesystem::path directory_;
  pid_t pid_ = 0;
};

}  // namespace scanlogin::redis
