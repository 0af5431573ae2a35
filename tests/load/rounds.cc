// rounds SOCKET KIND ROUNDS THREADS: looks for an answer from a cache that should have known.
//
// KIND logout: log in, ask who is logged in until it comes from memory, log out, ask again: 401.
// KIND login: the same with a login on a second device, after which the first one's token is 401
// and the second one's 200. Each poll follows its scan at once and has to see it.
// KIND ban: log in, ask, have the admin ban the person, ask again: 401; and let them back in. ADMIN
// is an admin's token.
// KIND profile: have the admin give a person another nickname, ask: it is there. All the while
// somebody else asks with the same token, so that an old answer is about to be kept somewhere.
// KIND revoke, with DEVICES=2: log in twice, ask, have the second session end the first, ask again:
// 401, and 200 for the second.
// KIND overflow, with DEVICES=2: with two devices logged in, ask, log in on a third: the oldest is
// 401, the others 200.
//
// Whenever `current` is asked, /guarded is asked for first: `auth` has a memory of its own, and has
// to come to the same.
//
// All of it goes through nginx at SOCKET, so that the answers come from different processes. With
// TOLERATE_503=1 an unavailable backend is no fault; its round is begun anew. Prints a line for
// each wrong answer, then "ROUNDS rounds, N wrong, M unavailable"; exits 1 if one was wrong.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/json.h"
#include "http_client.h"

using namespace scanlogin;

namespace {

struct Tally {
  std::atomic<int> left;
  std::atomic<int> wrong{0};
  std::atomic<int> unavailable{0};
};

// Whose a token is, as it says itself.
std::int64_t user_of(const std::string& token) {
  const std::size_t begin = token.find('.') + 1;
  const auto text = base64url_decode(token.substr(begin, token.find('.', begin) - begin));
  const auto claims = Json::parse(text.value_or(""));
  return claims ? claims->integer("id").value_or(0) : 0;
}

// A backend is away, and the test said that it may be.
class Unavailable : public std::exception {};

class Player {
 public:
  Player(const std::string& socket, int number, Tally& tally)
      : socket_(socket),
        browser_(socket),
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

  void ban_round() {
    const std::string token = log_in();
    expect("a live token", 200, current(token));
    expect("a live token, from memory", 200, current(token));
    expect("a ban", 200, change(token, R"({"is_active":false})"));
    expect("a banned user's token", 401, current(token));
    expect("the end of a ban", 200, change(token, R"({"is_active":true})"));
  }

  void profile_round() {
    if (first_.empty()) {
      first_ = log_in();
      asker_ = std::jthread([this](const std::stop_token& stop) { keep_asking(stop, first_); });
    }
    const std::string nickname = name_ + "-" + std::to_string(++changes_);
    expect("a change", 200, change(first_, R"({"nickname":")" + nickname + R"("})"));
    const load::HttpAnswer answer = current(first_);
    expect("a changed user", 200, answer);
    if (answer.body.find('"' + nickname + '"') == std::string::npos) {
      wrong("the nickname after its change", nickname.c_str(), answer);
    }
  }

  void revoke_round() {
    const std::string ended = log_in();
    const std::string ending = log_in();
    expect("a live token", 200, current(ended));
    expect("a live token, from memory", 200, current(ended));
    const std::string id = sha256_hex(ended).substr(0, 32);
    expect("the end of the other session", 200,
           call("DELETE", "/api/user/sessions/" + id + "/", ending));
    expect("a session that another one ended", 401, current(ended));
    expect("the one that did", 200, current(ending));
  }

  void overflow_round() {
    if (first_.empty()) {
      first_ = log_in();
      second_ = log_in();
    }
    expect("the oldest device", 200, current(first_));
    expect("the oldest device, from memory", 200, current(first_));
    const std::string third = log_in();
    expect("the oldest device after a login too many", 401, current(first_));
    expect("the device after it", 200, current(second_));
    first_ = second_;
    second_ = third;
  }

  void forget() { first_.clear(); }

 private:
  load::HttpAnswer call(const char* method, const std::string& target, const std::string& token) {
    load::HttpAnswer answer = browser_.send(method, target, token);
    const bool tolerated = std::getenv("TOLERATE_503") != nullptr;
    if (answer.status == 503 && tolerated) throw Unavailable();
    return answer;
  }

  // What comes is right if it is 200: which nickname was the last one, only the other one knows.
  void keep_asking(const std::stop_token& stop, const std::string& token) {
    load::LoginCookie browser(socket_);
    while (!stop.stop_requested()) {
      try {
        const load::HttpAnswer answer = browser.send("GET", "/api/user/current/", token);
        if (answer.status != 503) expect("a live token, asked beside a change", 200, answer);
      } catch (const std::exception& error) {
        wrong(error.what(), "a reply", {});
        return;
      }
    }
  }

  load::HttpAnswer current(const std::string& token) {
    const load::HttpAnswer guarded = call("GET", "/guarded", token);
    load::HttpAnswer answer = call("GET", "/api/user/current/", token);
    if (guarded.status != answer.status) {
      wrong("what is guarded", std::to_string(answer.status).c_str(), guarded);
    }
    return answer;
  }

  // What an admin does to whoever has this token.
  load::HttpAnswer change(const std::string& token, const std::string& body) {
    const char* admin = std::getenv("ADMIN");
    const std::string path = "/api/user/admin/users/" + std::to_string(user_of(token)) + "/";
    load::HttpAnswer answer = browser_.change(path, admin == nullptr ? "" : admin, body);
    if (answer.status == 503 && std::getenv("TOLERATE_503") != nullptr) throw Unavailable();
    return answer;
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

  const std::string socket_;
  load::LoginCookie browser_;
  const std::string name_;
  Tally& tally_;
  int logins_ = 0;
  std::string first_;  // the devices that are logged in between rounds
  std::string second_;
  int changes_ = 0;
  std::jthread asker_;  // the last: it uses the others
};

using Round = void (Player::*)();

void play(const std::string& socket, int number, Round round, Tally& tally) {
  Player player(socket, number, tally);
  while (tally.left.fetch_sub(1) > 0) {
    try {
      (player.*round)();
    } catch (const Unavailable&) {
      ++tally.unavailable;
      ++tally.left;
      player.forget();
    }
  }
}

void guarded_play(const std::string& socket, int number, Round round, Tally& tally) {
  try {
    play(socket, number, round, tally);
  } catch (const std::exception& error) {
    ++tally.wrong;
    std::printf("player %d: %s\n", number, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  static const std::map<std::string, Round> kKinds = {
      {"logout", &Player::logout_round}, {"login", &Player::login_round},
      {"ban", &Player::ban_round},       {"profile", &Player::profile_round},
      {"revoke", &Player::revoke_round}, {"overflow", &Player::overflow_round}};
  if (argc != 5 || !kKinds.contains(argv[2])) {
    std::fputs("usage: rounds SOCKET logout|login|ban|profile|revoke|overflow ROUNDS THREADS\n",
               stderr);
    return 64;
  }
  const Round round = kKinds.at(argv[2]);
  const int rounds = std::atoi(argv[3]);
  const int players = std::atoi(argv[4]);
  Tally tally{.left = rounds};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(players));
  for (int i = 0; i < players; ++i) {
    threads.emplace_back(guarded_play, std::string(argv[1]), i, round, std::ref(tally));
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%d rounds, %d wrong, %d unavailable\n", rounds, tally.wrong.load(),
              tally.unavailable.load());
  return tally.wrong == 0 ? 0 : 1;
}
