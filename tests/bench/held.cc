// held PORT WAIT: open login pages, each with a poll that the endpoint holds for WAIT seconds.
//
// A page has a connection of its own. When nothing was scanned it asks again: at once, but not more
// often than once a second. Reads commands from standard input, a line each; the answer to each is
// a tab-separated line:
//
//   open COUNT             PAGES: opens pages until there are so many (or no descriptors left)
//   scan COUNT PER_SECOND  SCANS P50 P99 MAX MISSED TOKEN: has so many people scan, each on a page
//                          of their own; how long it took, in microseconds, from the sending of
//                          the callback to the token's arrival on the page; those that had none
//                          10 seconds later; the last token
//   tally                  ASKED EARLY FAILED WRONG since the last tally: polls that found nothing;
//                          those of them that were not held to their end; polls and callbacks with
//                          another status than 200 or none; answers that are not for who got them
//   close                  0: closes all pages
//
// A scan's answer comes when it is done, those to later commands may come before it.

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <sstream>
#include <string>
#include <vector>

#include "bench/held_page.h"

using namespace scanlogin;
using namespace scanlogin::bench;

namespace {

constexpr std::chrono::seconds kMissed{10};
constexpr std::chrono::milliseconds kTick{10};
constexpr std::size_t kOpenedInATick = 20;
constexpr std::uint64_t kOtherDescriptors = 500;

// People who scan one after the other, each the code of another page.
class Scans {
 public:
  Scans(Bench& bench, std::deque<Page>& pages) : bench_(bench), pages_(pages) {}

  void start(std::uint64_t count, double per_second) {
    left_ = count;
    gap_ =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / per_second));
    next_ = Clock::now();
    missed_ = 0;
    running_ = true;
    bench_.took.clear();
  }

  void tick() {
    while (left_ > 0 && Clock::now() >= next_) {
      next_ += gap_;
      --left_;
      Page& page = pages_[turn_++ % pages_.size()];
      if (page.is_scanned()) continue;  // more scans a second than are answered: they are fewer
      under_way_.push_back(&page);
      idle_phone().scan(page);
    }
    std::erase_if(under_way_, [&](Page* page) {
      if (page->is_scanned() && Clock::now() - page->scanned_at() > kMissed) {
        ++missed_;
        page->close();
        page->begin();
      }
      return !page->is_scanned();
    });
    if (running_ && left_ == 0 && under_way_.empty()) finish();
  }

 private:
  Phone& idle_phone() {
    for (Phone& phone : phones_) {
      if (!phone.is_busy()) return phone;
    }
    return phones_.emplace_back(bench_);
  }

  void finish() {
    running_ = false;
    std::sort(bench_.took.begin(), bench_.took.end());
    const auto at = [&](double part) {
      return static_cast<long long>(quantile(bench_.took, part));
    };
    std::printf("%zu\t%lld\t%lld\t%lld\t%llu\t%s\n", bench_.took.size(), at(0.5), at(0.99), at(1),
                static_cast<unsigned long long>(missed_), bench_.last_token.c_str());
  }

  Bench& bench_;
  std::deque<Page>& pages_;
  std::deque<Phone> phones_;
  std::vector<Page*> under_way_;
  std::uint64_t left_ = 0, missed_ = 0, turn_ = 0;
  Clock::duration gap_{};
  Clock::time_point next_;
  bool running_ = false;
};

class Commands {
 public:
  Commands(Bench& bench, std::uint64_t most) : bench_(bench), most_(most) {}

  // Whether there may be more to come.
  bool read_more() {
    std::array<char, 1024> buffer{};
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got <= 0) return false;
    input_.append(buffer.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = input_.find('\n')) != std::string::npos;) {
      obey(input_.substr(0, end));
      input_.erase(0, end + 1);
    }
    return true;
  }

  void tick() {
    for (std::size_t i = 0; i < kOpenedInATick && pages_.size() < wanted_; ++i) {
      pages_.emplace_back(bench_).begin();
      if (pages_.size() == wanted_) std::printf("%zu\n", pages_.size());
    }
    while (!bench_.later.empty() && bench_.later.begin()->first <= Clock::now()) {
      Page* const page = bench_.later.begin()->second;
      bench_.later.erase(bench_.later.begin());
      if (page->is_due()) page->ask();
    }
    scans_.tick();
    std::fflush(stdout);
  }

 private:
  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::uint64_t count = 0;
    double per_second = 1;
    words >> command >> count >> per_second;
    if (command == "open") wanted_ = std::min(count, most_);
    if (command == "scan") scans_.start(count, per_second);
    if (command == "tally") tally();
    if (command == "close") close();
  }

  void tally() {
    const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf("%llu\t%llu\t%llu\t%llu\n", number(bench_.tally.asked), number(bench_.tally.early),
                number(bench_.tally.failed), number(bench_.tally.wrong));
    bench_.tally = Tally();
  }

  void close() {
    wanted_ = 0;
    bench_.later.clear();
    pages_.clear();
    std::puts("0");
  }

  Bench& bench_;
  const std::uint64_t most_;
  std::string input_;
  std::uint64_t wanted_ = 0;
  std::deque<Page> pages_;
  Scans scans_{bench_, pages_};
};

// As many descriptors as the system lets this process have; returns how many that are.
std::uint64_t raise_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: held PORT WAIT\n", stderr);
    return 2;
  }
  const Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  epoll_ctl(epoll.get(), EPOLL_CTL_ADD, STDIN_FILENO, &event);
  Bench bench;
  bench.epoll = epoll.get();
  bench.port = std::atoi(argv[1]);
  bench.wait = std::chrono::seconds(std::atoi(argv[2]));
  Commands commands(bench, raise_descriptors() - kOtherDescriptors);
  do {
    commands.tick();
  } while (!read_arrived(epoll.get(), Clock::now() + kTick) || commands.read_more());
}
