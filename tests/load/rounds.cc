// rounds SOCKET KIND ROUNDS THREADS: looks for an answer from a cache that should have known.
//
// KIND logout: log in, ask who is logged in until it comes from memory, log out, ask again: 401.
// KIND login: the same with a login on a second device, after which the first one's token is 401
// and the second one's 200. Each poll follows its scan at once and has to see it.
//
// All of it goes through nginx at SOCKET, so that the answers come from different processes. With
// TOLERATE_503=1 an unavailable backend is no fault; its round is begun anew. Prints a line for
// each wrong answer, then "ROUNDS rounds, N wrong, M unavailable"; exits 1 if one was wrong.

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "http_client.h"

using namespace scanlogin;

namespace {

struct Tally {
  std::atomic<int> left;
  std::atomic<int> wrong{0};
  std::atomic<int> unavailable{0};
};

// A backend is away, and the test said that it may be.
class Unavailable : public std::exception {};

class Player {
 public:
  Player(const std::string& socket, int number, Tally& tally)
      : browser_(socket),
        name_(std::to_string(std::time(nullptr)) + "-" + std::to_string(getpid()) + "-" +
              std::to_string(number)),
        tally_(tally) {}

  void logout_round() {
    const std::string token = log_in();
    expect("a live token", 200, current(token));
    expect("a live token, from memory", 200, current(token));
    expect("a logout", 200, call("POST", "/api/user/logout/", token));
    expect("a token after its logout", 401, current(token));
  }

  void login_round() {
    if (first_.empty()) first_ = log_in();
    expect("the first device", 200, current(first_));
    expect("the first device, from memory", 200, current(first_));
    const std::string second = log_in();
    expect("the first device after the second logged in", 401, current(first_));
    expect("the second device", 200, current(second));
    first_ = second;
  }

  void forget() { first_.clear(); }

 private:
  load::HttpAnswer call(const char* method, const std::string& target, const std::string& token) {
    load::HttpAnswer answer = browser_.send(method, target, token);
    const bool tolerated = std::getenv("TOLERATE_503") != nullptr;
    if (answer.status == 503 && tolerated) throw Unavailable();
    return answer;
  }

  load::HttpAnswer current(const std::string& token) {
    return call("GET", "/api/user/current/", token);
  }

  std::string log_in() {
    const std::string uuid = name_ + "-" + std::to_string(++logins_);
    const std::string code = "test." + uuid + ".person=" + name_;
    expect("a scan", 200,
           call("GET", "/api/user/login/wx/callback/?code=" + code + "&state=" + uuid, ""));
    const load::HttpAnswer answer = call("GET", "/api/user/login/wx/?uuid=" + uuid, "");
    constexpr std::string_view kBefore = R"({"code":200,"data":{"token":")";
    if (!answer.body.starts_with(kBefore)) {
      wrong("the poll behind a scan", "a token", answer);
      return "";
    }
    return answer.body.substr(kBefore.size(), answer.body.rfind('"') - kBefore.size());
  }

  void expect(const char* what, int status, const load::HttpAnswer& answer) {
    if (answer.status != status) wrong(what, std::to_string(status).c_str(), answer);
  }

  void wrong(const char* what, const char* expected, const load::HttpAnswer& answer) {
    ++tally_.wrong;
    std::printf("%s: expected %s, got %d %s\n", what, expected, answer.status, answer.body.c_str());
  }

  load::LoginCookie browser_;
  const std::string name_;
  Tally& tally_;
  int logins_ = 0;
  std::string first_;  // the device that is logged in between rounds
};

void play(const std::string& socket, int number, bool logouts, Tally& tally) {
  Player player(socket, number, tally);
  while (tally.left.fetch_sub(1) > 0) {
    try {
      logouts ? player.logout_round() : player.login_round();
    } catch (const Unavailable&) {
      ++tally.unavailable;
      ++tally.left;
      player.forget();
    }
  }
}

void guarded_play(const std::string& socket, int number, bool logouts, Tally& tally) {
  try {
    play(socket, number, logouts, tally);
  } catch (const std::exception& error) {
    ++tally.wrong;
    std::printf("player %d: %s\n", number, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: rounds SOCKET logout|login ROUNDS THREADS\n", stderr);
    return 64;
  }
  const bool logouts = argv[2] == std::string("logout");
  const int rounds = std::atoi(argv[3]);
  const int players = std::atoi(argv[4]);
  Tally tally{.left = rounds};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(players));
  for (int i = 0; i < players; ++i) {
    threads.emplace_back(guarded_play, std::string(argv[1]), i, logouts, std::ref(tally));
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%d rounds, %d wrong, %d unavailable\n", rounds, tally.wrong.load(),
              tally.unavailable.load());
  return tally.wrong == 0 ? 0 : 1;
}
