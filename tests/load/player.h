#pragma once

#include <unistd.h>

#include <atomic>
#include <ctime>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client.h"
#include "login_attempt.h"
#include "session_checks.h"

namespace scanlogin::load {

// One person after another logs in on a few devices and asks who is logged in; in between, all
// that is known of earlier tokens is asked for again, and persons who are done log out.
class Player {
 public:
  Player(const std::string& socket, int number, Faults& faults, Scores& scores)
      : client_(socket, number, faults, scores),
        checks_(client_, faults),
        faults_(faults),
        name_(std::to_string(std::time(nullptr)) + "-" + std::to_string(getpid()) + "-" +
              std::to_string(number)),
        random_(static_cast<unsigned>(number)) {}

  // One login and what comes after it.
  void play(const std::atomic<bool>& stop) {
    if (++rounds_ % kDevices == 1) next_person();
    const std::string name = name_ + "-" + std::to_string(rounds_);
    LoginAttempt attempt(client_, faults_, name, rounds_ % 2 == 0);
    const auto token = attempt.run(person_, rounds_ % 4 < 2 ? kSlowly : "", [&] {
      doubt_session_after(attempt);
      std::this_thread::sleep_for(kBetweenPolls);
      look_around();
      return !stop;
    });
    doubt_session_after(attempt);
    if (!token) return;
    begin_session(Session(*token, person_, attempt.losses()));
    see_session();
    see_session();
    look_around();
  }

 private:
  // So that what happens to the servers happens to exchanges too.
  static constexpr const char* kSlowly = ".slow=50.userinfo-slow=50";
  static constexpr int kDevices = 3;
  static constexpr std::size_t kMostDead = 64;
  static constexpr std::size_t kMostDone = 3;
  static constexpr std::chrono::milliseconds kBetweenPolls{20};

  void next_person() {
    person_ = name_ + "-" + std::to_string(rounds_);
    if (session_) done_.push_back(*std::move(session_));
    session_.reset();
    known_.reset();
  }

  // What failed may have got as far as to end the session before.
  void doubt_session_after(const LoginAttempt& attempt) {
    if (attempt.in_doubt() && session_) session_->sure = false;
  }

  // Whoever logs in again is the same user, and is logged out on the device before.
  void begin_session(Session session) {
    if (!known_) known_ = session;
    if (session.user != known_->user || session.username != known_->username) {
      client_.wrong("the user in " + person_ + "'s token", std::to_string(known_->user),
                    std::to_string(session.user) + " " + session.username);
    }
    if (session_) {
      bury(session_->token);
      checks_.is_dead(session_->token);
    }
    session_ = std::move(session);
  }

  void see_session() {
    if (!session_ || checks_.lives(*session_)) return;
    bury(session_->token);
    session_.reset();
  }

  void look_around() {
    switch (++turns_ % 4) {
      case 0:
        return see_session();
      case 1:
        if (!dead_.empty()) checks_.is_dead(dead_[random_() % dead_.size()]);
        return;
      case 2: {
        const std::string uuid = name_ + "-nobody-" + std::to_string(turns_);
        client_.expect(Kind::nothing, "a poll that nobody scanned for", kNothingScanned,
                       client_.ask("GET", "/api/user/login/wx/?uuid=" + uuid));
        return;
      }
      default:
        return part_with_somebody();
    }
  }

  // Somebody who is done is asked for, and the one who has been done for longest logs out.
  void part_with_somebody() {
    if (done_.empty()) return;
    const bool lives = checks_.lives(done_.front());
    if (lives && (done_.size() < kMostDone || !checks_.log_out(done_.front()))) return;
    bury(done_.front().token);
    checks_.is_dead(done_.front().token);
    done_.erase(done_.begin());
  }

  void bury(const std::string& token) {
    if (dead_.size() < kMostDead) {
      dead_.push_back(token);
    } else {
      dead_[random_() % dead_.size()] = token;
    }
  }

  Client client_;
  SessionChecks checks_;
  const Faults& faults_;
  const std::string name_;
  std::minstd_rand random_;
  int rounds_ = 0;
  int turns_ = 0;
  std::string person_;
  std::optional<Session> known_;    // the first of this person's sessions
  std::optional<Session> session_;  // the present one, as far as is known
  std::vector<Session> done_;       // of persons before
  std::vector<std::string> dead_;
};

}  // namespace scanlogin::load
