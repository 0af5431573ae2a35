#pragma once

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"
#include "clients/redis_connection.h"
#include "redis_server.h"

namespace scanlogin::redis {

constexpr const char* kMasterName = "the-master";

// A Sentinel of its own, for one test. It takes no master for dead: what it says is what it was
// configured with.
class Sentinel {
 public:
  Sentinel() : port_(free_port()) {
    std::string directory = std::filesystem::temp_directory_path() / "scanlogin-unit.XXXXXX";
    EXPECT_NE(mkdtemp(directory.data()), nullptr);
    directory_ = directory;
  }
  ~Sentinel() {
    end();
    std::filesystem::remove_all(directory_);
  }
  Sentinel(const Sentinel&) = delete;
  Sentinel& operator=(const Sentinel&) = delete;

  ServerAddress address() const { return {.host = "127.0.0.1", .port = port_}; }

  // epoch: the number of its configuration; the highest of all Sentinels' is the newest.
  void start(const Server& master, int epoch, const std::string& name = kMasterName) {
    start("sentinel monitor " + name + " 127.0.0.1 " + std::to_string(master.port()) +
          " 1\nsentinel down-after-milliseconds " + name + " 3600000\nsentinel config-epoch " +
          name + " " + std::to_string(epoch) + "\n");
  }
  // Knows no master.
  void start_with_password(const std::string& password) {
    password_ = password;
    start("requirepass " + password + "\n");
  }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  Value send(const Arguments& arguments) const {
    RedisConfig config;
    config.address = address();
    config.password = password_;
    return Connection(config).send(arguments);
  }
  // Waits until all that it says by now has been heard: whoever asks has subscribed by two
  // commands, asks by two, and asks anew once the answers are heard.
  void be_heard() const { see_more("total_commands_processed:", 5); }
  // Waits until that has been tried several times.
  void be_connected_to() const { see_more("total_connections_received:", 3); }

 private:
  void start(const std::string& lines) {
    const std::string file = directory_ / "conf";
    std::ofstream(file) << "port " << port_ << "\nbind 127.0.0.1\ndir " << directory_.string()
                        << "\nlogfile log\n"
                        << lines;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execlp("redis-server", "redis-server", file.c_str(), "--sentinel", nullptr);
      _exit(127);
    }
    EXPECT_TRUE(eventually([this] { return answers() || !runs(); }));
    EXPECT_TRUE(runs()) << "the Sentinel has ended";
  }
  // Others than this count so much more of it.
  void see_more(std::string_view what, int more) const {
    const std::int64_t before = count(what);
    std::int64_t own = 0;
    EXPECT_TRUE(eventually([&] { return count(what) - ++own >= before + more; })) << what;
  }
  std::int64_t count(std::string_view what) const {
    const std::string stats = send({"INFO", "stats"}).text;
    const std::size_t begin = stats.find(what) + what.size();
    const auto number = whole_number(stats.substr(begin, stats.find('\r', begin) - begin));
    EXPECT_TRUE(number) << stats;
    return number.value_or(0);
  }
  bool answers() const {
    try {
      send({"PING"});
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
  std::string password_;
  pid_t pid_ = 0;
};

}  // namespace scanlogin::redis
