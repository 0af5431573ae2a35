// login_writes SOCKET FIRST COUNT PER_SECOND: logins as Redis sees them, and nobody else.
//
// Through the classes that the endpoints use themselves, each login stores its code, claims it,
// keeps what it was exchanged for, begins the session of a new user and spends the code. COUNT of
// them, PER_SECOND a second or, if that is 0, as fast as they go. Prints one line, tab-separated:
//
//   LOGINS RATE    logins done, and per second

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "clients/redis.h"
#include "domain/login/login_store.h"
#include "domain/sessions/sessions.h"

using namespace scanlogin;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kThreads = 16;
constexpr std::chrono::days kLife{30};

class Logins {
 public:
  Logins(const Config& config, std::int64_t first, std::uint64_t count, double per_second)
      : redis_(config.redis, kThreads, Log("bench", LogLevel::error)),
        store_(redis_, "wx"),
        sessions_(config, redis_),
        first_(first),
        count_(count),
        per_second_(per_second) {}

  // Takes the next ones from the queue until there are no more; several threads do.
  void run() {
    for (std::uint64_t turn = 0; (turn = next_++) < count_;) {
      if (per_second_ > 0) {
        const std::chrono::duration<double> after(static_cast<double>(turn) / per_second_);
        std::this_thread::sleep_until(began_ + std::chrono::duration_cast<Clock::duration>(after));
      }
      log_in(first_ + static_cast<std::int64_t>(turn));
    }
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

 private:
  void log_in(std::int64_t user) {
    const std::string name = std::to_string(user);
    const PendingLogin login{.uuid = "0b1e7a52-5d0c-4f6e-" + name, .cookie = {}};
    store_.store(login, "test." + name);
    auto found = store_.claim(login, std::chrono::seconds(20));
    auto* const claim = std::get_if<Claim>(&found);
    if (claim == nullptr) throw Error(ErrorKind::internal, "a code was not found");
    claim->remember(grant_);
    claim->renew();
    sessions_.list(user);
    const auto exp = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    sessions_.begin(user, name, exp + kLife, {origin_, "wx"}, 1, claim->until());
    claim->spend("");
  }

  redis::Client redis_;
  LoginStore store_;
  Sessions sessions_;
  const std::int64_t first_;
  const std::uint64_t count_;
  const double per_second_;
  const Clock::time_point began_ = Clock::now();
  std::atomic<std::uint64_t> next_ = 0;
  // As long as they are.
  const std::string grant_ = std::string(300, 'g');
  const RequestOrigin origin_{
      "203.0.113.100",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
      "Gecko) Chrome/126.0.0.0 Safari/537.36"};
};

void run_or_end(Logins& logins) {
  try {
    logins.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "login_writes: %s\n", error.what());
    std::_Exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: login_writes SOCKET FIRST COUNT PER_SECOND\n", stderr);
    return 2;
  }
  Config config;
  config.redis.address.socket = argv[1];
  const std::uint64_t count = std::strtoull(argv[3], nullptr, 10);
  Logins logins(config, std::atoll(argv[2]), count, std::strtod(argv[4], nullptr));
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { run_or_end(logins); });
  threads.clear();
  std::printf("%llu\t%.1f\n", static_cast<unsigned long long>(count),
              static_cast<double>(count) / logins.seconds());
}
