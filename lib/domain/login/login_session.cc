#include "domain/login/login_session.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/json.h"

namespace scanlogin {

std::vector<AuditEntry> LoginSession::begin(const SignedIn& user) {
  // A repeated transaction goes on with the session that it began; another user's is withdrawn: it
  // was made in a transaction that came to nothing.
  if (begun_ && begun_->user != user.user) withdraw();
  if (!begun_) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const jwt::Claims claims{user.user, user.username, now + config_.token_ttl};
    begun_ =
        Begun{user.user, jwt::sign(claims, config_.keys), claims.exp, sessions_.list(user.user)};
  }
  const std::vector<std::string> left = begin_or_go_on(user);

  std::vector<AuditEntry> entries;
  for (const Session& session : begun_->before) {
    const bool stays = std::find(left.begin(), left.end(), session.id) != left.end();
    if (!stays && !user.created) {
      entries.push_back({"replaced", user.user, to_json(session), session.id});
    }
  }
  entries.push_back(
      {"login", user.user, Json::object().with("new", user.created), session_id(begun_->token)});
  return entries;
}

// Since renew() the process may have stood still for longer than its claim lives, and another one
// have logged the person in: so Redis, whose clock ends the claim, begins no session behind that
// end.
std::vector<std::string> LoginSession::begin_or_go_on(const SignedIn& user) {
  // What Redis has for a new user's id is nobody's: it was begun in a transaction that came to
  // nothing.
  const int devices = user.created ? 1 : config_.devices;
  for (;;) {
    auto left = sessions_.begin(begun_->user, begun_->token, begun_->exp,
                                {actor_.origin, provider_.name}, devices, claim_.until());
    if (left) return *std::move(left);
    claim_.renew();
  }
}

// Without this it would count as a device until it is replaced.
void LoginSession::withdraw() {
  if (!begun_) return;
  try {
    sessions_.withdraw(begun_->user, begun_->token);
  } catch (const Error& error) {
    log_.warning("session not withdrawn", {{"reason", error.what()}});
  }
  begun_.reset();
}

}  // namespace scanlogin
