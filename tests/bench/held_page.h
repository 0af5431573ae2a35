#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "bench/http_connection.h"

// The pages and phones that held.cc plays.
namespace scanlogin::bench {

inline constexpr std::chrono::seconds kBetweenPolls{1};
// Less than that before its end a poll may end: the endpoint's clock ticks once a second.
inline constexpr std::chrono::milliseconds kRounding{1500};

// What a browser sends with a poll: a kilobyte.
inline const std::string kBrowser =
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0\r\n"
    "Accept: application/json, text/plain, */*\r\n"
    "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://www.example.com/login/?next=%2Fmembers%2Fmagazine%2F2026%2F11%2F\r\n"
    "Sec-Ch-Ua: \"Not/A)Brand\";v=\"8\", \"Chromium\";v=\"126\", \"Microsoft Edge\";v=\"126\"\r\n"
    "Sec-Ch-Ua-Mobile: ?0\r\n"
    "Sec-Ch-Ua-Platform: \"Windows\"\r\n"
    "Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n"
    "Cookie: _ga=GA1.2.1234567890.1767225600; consent=" +
    std::string(240, 'c') + "\r\n";

struct Tally {
  std::uint64_t asked = 0;
  std::uint64_t early = 0;
  std::uint64_t failed = 0;
  std::uint64_t wrong = 0;
};

class Page;

// What all pages share.
struct Bench {
  int epoll = -1;
  int port = 0;
  std::chrono::seconds wait{0};  // of each poll
  Tally tally;
  std::multimap<Clock::time_point, Page*> later;  // who asks when
  std::unordered_set<std::string> tokens;         // each of them given out
  std::string last_token;
  std::vector<std::int64_t> took;

  void fault(std::uint64_t& count, const std::string& what) {
    if (++count <= 10) std::fprintf(stderr, "held: %s\n", what.c_str());
  }
};

class Page : public HttpConnection {
 public:
  explicit Page(Bench& bench) : HttpConnection(bench.epoll, bench.port), bench_(bench) {}

  // A new login.
  void begin() {
    uuid_ = new_name();
    scanned_ = false;
    ask();
  }
  void ask() {
    due_ = false;
    asked_ = Clock::now();
    get("/api/user/login/wx/?uuid=" + uuid_ + "&wait=" + std::to_string(bench_.wait.count()),
        kBrowser);
  }
  // Somebody scans now.
  void scan() {
    scanned_ = true;
    scanned_at_ = Clock::now();
  }
  // It was to ask later, and has not yet.
  bool is_due() const { return due_; }
  bool is_scanned() const { return scanned_; }
  Clock::time_point scanned_at() const { return scanned_at_; }
  const std::string& uuid() const { return uuid_; }

 private:
  void take(const HttpReply& reply) override {
    if (reply.is_nothing_scanned()) {
      ++bench_.tally.asked;
      if (Clock::now() - asked_ < bench_.wait - kRounding) ++bench_.tally.early;
      return ask_later();
    }
    if (!reply.is_token()) {
      bench_.fault(reply.status == 200 ? bench_.tally.wrong : bench_.tally.failed, reply.text());
      return ask_later();
    }
    bench_.last_token = token_in(reply.body);
    if (!scanned_ || !bench_.tokens.insert(bench_.last_token).second) {
      bench_.fault(bench_.tally.wrong, "a token that is not this page's: " + uuid_);
    } else {
      bench_.took.push_back(microseconds_since(scanned_at_));
    }
    begin();
  }

  void lost() override {
    bench_.fault(bench_.tally.failed, "a poll's connection closed");
    ask_later();
  }

  static std::string token_in(const std::string& body) {
    const std::string before = R"("token":")";
    const std::size_t begin = body.find(before) + before.size();
    return body.substr(begin, body.find('"', begin) - begin);
  }

  void ask_later() {
    due_ = true;
    bench_.later.emplace(std::max(Clock::now(), asked_ + kBetweenPolls), this);
  }

  Bench& bench_;
  std::string uuid_;
  Clock::time_point asked_;
  Clock::time_point scanned_at_;
  bool scanned_ = false;
  bool due_ = false;
};

// A phone: brings WeChat's code.
class Phone : public HttpConnection {
 public:
  explicit Phone(Bench& bench) : HttpConnection(bench.epoll, bench.port), bench_(bench) {}

  void scan(Page& page) {
    busy_ = true;
    page.scan();
    get("/api/user/login/wx/callback/?code=test." + page.uuid() + "&state=" + page.uuid());
  }
  bool is_busy() const { return busy_; }

 private:
  void take(const HttpReply& reply) override {
    busy_ = false;
    if (reply.status != 200) bench_.fault(bench_.tally.failed, "callback: " + reply.text());
    if (reply.has("params-error")) bench_.fault(bench_.tally.wrong, "callback: " + reply.text());
  }
  void lost() override {
    // Kept idle for long; nothing was asked.
    if (busy_) bench_.fault(bench_.tally.failed, "a callback's connection closed");
    busy_ = false;
  }

  Bench& bench_;
  bool busy_ = false;
};

}  // namespace scanlogin::bench
