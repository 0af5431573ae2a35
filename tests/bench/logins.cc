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

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "bench/http_connection.h"

using namespace scanlogin;
using namespace scanlogin::bench;

namespace {

constexpr std::chrono::seconds kWarmUp{1};

struct Tally {
  std::vector<std::int64_t> took;  // microseconds, one per login
  std::uint64_t errors = 0;
  std::uint64_t missed = 0;
  std::uint64_t unavailable = 0;
};

// One person's browser after another, on one connection.
class Browser : public HttpConnection {
 public:
  Browser(int epoll, int port, const std::string& directives, Tally& tally)
      : HttpConnection(epoll, port), directives_(directives), tally_(tally) {}

  void scan() {
    uuid_ = new_name();
    began_ = Clock::now();
    scanned_ = false;
    get("/api/user/login/wx/callback/?code=test." + uuid_ + directives_ + "&state=" + uuid_);
  }

 private:
  void take(const HttpReply& reply) override {
    if (!scanned_) {
      if (reply.status != 200 || reply.has("params-error")) {
        return fail("callback: " + reply.text());
      }
      scanned_ = true;
      return poll();
    }
    if (reply.is_token()) {
      tally_.took.push_back(microseconds_since(began_));
      return scan();
    }
    if (reply.is_nothing_scanned()) {
      ++tally_.missed;
      return poll();
    }
    if (reply.has("weixin-unavailable")) {
      ++tally_.unavailable;
      return poll();
    }
    fail("poll: " + reply.text());
  }

  void lost() override { fail("the connection closed"); }

  void poll() { get("/api/user/login/wx/?uuid=" + uuid_); }

  void fail(const std::string& what) {
    if (++tally_.errors <= 10) std::fprintf(stderr, "logins: %s\n", what.c_str());
    close();
    scan();
  }

  const std::string& directives_;
  Tally& tally_;
  std::string uuid_;
  Clock::time_point began_;
  bool scanned_ = false;
};

void run_until(Clock::time_point end, int epoll) {
  while (Clock::now() < end) read_arrived(epoll, end);
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
  std::deque<Browser> browsers;
  while (browsers.size() < count) browsers.emplace_back(epoll.get(), port, directives, tally);
  for (Browser& browser : browsers) browser.scan();
  const auto began = Clock::now() + kWarmUp;
  run_until(began, epoll.get());
  tally.took.clear();
  run_until(began + seconds, epoll.get());
  print(tally, std::chrono::duration<double>(Clock::now() - began).count());
}
