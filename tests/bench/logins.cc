// logins PORT BROWSERS SECONDS [DIRECTIVES]: people who log in, one after another.
//
// Each browser, on a connection of its own, lets a new person scan (the callback) and polls until
// it has a token; then the next. DIRECTIVES tell the sandbox how to treat each code, such as
// slow=100.userinfo-slow=100. The first second is not counted. Prints one line, tab-separated:
//
//   LOGINS RATE P50 P99 MAX ERRORS MISSED UNAVAILABLE
//
// logins completed, per second, how long one took in microseconds; replies that should not be;
// polls that did not see the scan before them; polls answered that WeChat is unavailable.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/descriptor.h"

using namespace scanlogin;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kWarmUp{1};

struct Tally {
  std::vector<std::int64_t> took;  // microseconds, one per login
  std::uint64_t errors = 0;
  std::uint64_t missed = 0;
  std::uint64_t unavailable = 0;
};

struct HttpReply {
  int status = 0;
  bool last = false;  // the server closes the connection behind it
  std::string body;
};

// The reply at the head of what has arrived; nothing while it is incomplete.
std::optional<HttpReply> parse(const std::string& input) {
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

// A name that no other login has.
std::string new_name() {
  static const std::string run =
      std::to_string(getpid()) + "-" + std::to_string(std::time(nullptr)) + "-";
  static std::uint64_t count = 0;
  return run + std::to_string(++count);
}

// One person's browser after another, on one connection.
class Browser {
 public:
  Browser(int epoll, int port, const std::string& directives, Tally& tally)
      : epoll_(epoll), port_(port), directives_(directives), tally_(tally) {}

  void scan() {
    uuid_ = new_name();
    began_ = Clock::now();
    scanned_ = false;
    get("/api/user/login/wx/callback/?code=test." + uuid_ + directives_ + "&state=" + uuid_);
  }

  // Reads what has arrived and goes on with the login.
  void on_readable() {
    std::array<char, 16384> buffer{};
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return fail("the connection closed");
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    const std::optional<HttpReply> reply = parse(input_);
    if (!reply) return;
    input_.clear();
    if (reply->last) socket_ = Descriptor();
    take(*reply);
  }

 private:
  void get(const std::string& target) {
    if (socket_.get() < 0) connect();
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // A new connection's buffer takes a request whole.
    const ssize_t sent = send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) {
      throw Error(ErrorKind::internal, "cannot send");
    }
  }

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

  void take(const HttpReply& reply) {
    if (!scanned_) {
      if (reply.status != 200 || reply.body.find("params-error") != std::string::npos) {
        return fail("callback: " + std::to_string(reply.status) + " " + reply.body.substr(0, 200));
      }
      scanned_ = true;
      return poll();
    }
    if (reply.status == 200 && reply.body.find(R"("token":")") != std::string::npos) {
      const auto took =
          std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_);
      tally_.took.push_back(took.count());
      return scan();
    }
    if (reply.status == 200 && reply.body.find(R"("data":{})") != std::string::npos) {
      ++tally_.missed;
      return poll();
    }
    if (reply.body.find("weixin-unavailable") != std::string::npos) {
      ++tally_.unavailable;
      return poll();
    }
    fail("poll: " + std::to_string(reply.status) + " " + reply.body.substr(0, 200));
  }

  void poll() { get("/api/user/login/wx/?uuid=" + uuid_); }

  void fail(const std::string& what) {
    if (++tally_.errors <= 10) std::fprintf(stderr, "logins: %s\n", what.c_str());
    socket_ = Descriptor();
    input_.clear();
    scan();
  }

  const int epoll_;
  const int port_;
  const std::string& directives_;
  Tally& tally_;
  Descriptor socket_;
  std::string input_;
  std::string uuid_;
  Clock::time_point began_;
  bool scanned_ = false;
};

void run_until(Clock::time_point end, int epoll) {
  std::array<epoll_event, 256> events{};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return;
    const int count =
        epoll_wait(epoll, events.data(), static_cast<int>(events.size()), static_cast<int>(left));
    for (int i = 0; i < count; ++i) {
      static_cast<Browser*>(events[static_cast<std::size_t>(i)].data.ptr)->on_readable();
    }
  }
}

std::int64_t quantile(const std::vector<std::int64_t>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void print(Tally& tally, double seconds) {
  std::sort(tally.took.begin(), tally.took.end());
  std::printf("%zu\t%.1f\t%lld\t%lld\t%lld\t%llu\t%llu\t%llu\n", tally.took.size(),
              static_cast<double>(tally.took.size()) / seconds,
              static_cast<long long>(quantile(tally.took, 0.5)),
              static_cast<long long>(quantile(tally.took, 0.99)),
              static_cast<long long>(quantile(tally.took, 1)),
              static_cast<unsigned long long>(tally.errors),
              static_cast<unsigned long long>(tally.missed),
              static_cast<unsigned long long>(tally.unavailable));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: logins PORT BROWSERS SECONDS [DIRECTIVES]\n", stderr);
    return 2;
  }
  const int port = std::atoi(argv[1]);
  const std::chrono::seconds seconds(std::atoi(argv[3]));
  const std::string directives = argc > 4 ? "." + std::string(argv[4]) : "";

  const Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Tally tally;
  const auto count = std::strtoul(argv[2], nullptr, 10);
  std::vector<Browser> browsers;
  browsers.reserve(count);
  while (browsers.size() < count) browsers.emplace_back(epoll.get(), port, directives, tally);
  for (Browser& browser : browsers) browser.scan();
  const auto began = Clock::now() + kWarmUp;
  run_until(began, epoll.get());
  tally.took.clear();
  run_until(began + seconds, epoll.get());
  print(tally, std::chrono::duration<double>(Clock::now() - began).count());
}
