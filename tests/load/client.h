#pragma once

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

#include "faults.h"
#include "http_client.h"
#include "scores.h"

namespace scanlogin::load {

struct Exchange {
  HttpAnswer answer;
  unsigned allowed = 0;      // the symptoms that were, while it was under way
  bool unavailable = false;  // one of them is all that came: it may have been done or not
  std::string text;          // the status and the body
  bool lost_reply() const { return unavailable && (allowed & (kKilled | kCut)) != 0; }
};

// One player's connection. It knows what a fault may look like, and what never is an answer.
class Client {
 public:
  Client(const std::string& socket, int number, Faults& faults, Scores& scores)
      : browser_(socket), number_(number), faults_(faults), scores_(scores) {}

  Exchange ask(std::string_view method, const std::string& target, const std::string& token = "",
               const std::string& cookie = "") {
    std::this_thread::sleep_for(kPause);
    const Clock::time_point sent = Clock::now();
    Exchange exchange;
    bool cut = false;
    try {
      exchange.answer = browser_.send(method, target, token, cookie);
      exchange.text = std::to_string(exchange.answer.status) + " " + exchange.answer.body;
    } catch (const NoAnswer& error) {
      cut = true;
      exchange.text = error.what();
    } catch (const std::exception& error) {
      exchange.text = error.what();
    }
    exchange.allowed = faults_.allowed_since(sent);
    exchange.unavailable = (cut && (exchange.allowed & kCut) != 0) || shows_a_fault(exchange);
    scores_.asked();
    if (exchange.unavailable) {
      scores_.unavailable(std::to_string(exchange.answer.status) + " for " + std::string(method) +
                          " " + target.substr(0, target.find('?')));
    }
    return exchange;
  }

  void good(Kind kind) { scores_.good(kind, number_); }
  void late(const std::string& what) { scores_.late(what); }
  void wrong(const std::string& what, const std::string& expected, const std::string& got) {
    scores_.wrong("player " + std::to_string(number_) + ": " + what, expected, got);
  }
  // Judges an answer that is not unavailable.
  bool expect(Kind kind, const std::string& what, const std::string& expected,
              const Exchange& exchange) {
    if (exchange.unavailable) return false;
    if (exchange.text == expected) {
      good(kind);
      return true;
    }
    wrong(what, expected, exchange.text);
    return false;
  }

 private:
  // A load that leaves the processor to others now and then.
  static constexpr std::chrono::milliseconds kPause{3};
  static constexpr std::string_view kService =
      R"(503 {"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"})";
  static constexpr std::string_view kWeixin =
      R"(502 {"code":"weixin-unavailable","msg":"微信服务暂不可用，请稍后再试"})";

  static bool shows_a_fault(const Exchange& exchange) {
    if (exchange.text == kService) {
      return (exchange.allowed & kUnavailable) != 0 && exchange.answer.header("Retry-After") == "1";
    }
    return exchange.text == kWeixin && (exchange.allowed & kWeixinUnavailable) != 0;
  }

  LoginCookie browser_;
  const int number_;
  Faults& faults_;
  Scores& scores_;
};

}  // namespace scanlogin::load
