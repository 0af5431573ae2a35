#include "api/login_polls.h"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "api/login_response.h"
#include "api/request_actor.h"
#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kLongestWait = 25;  // seconds
// What so many leave behind is worth giving back.
constexpr std::size_t kMany = 256;
constexpr int kAtATime = 64;

// `wait`, 0 without one; nothing for what is none.
std::optional<std::chrono::seconds> wait_of(const Request& request) {
  const std::optional<std::string> text = request.query("wait");
  if (!text) return std::chrono::seconds(0);
  const auto number = whole_number(*text);
  if (!number || *number < 1 || *number > kLongestWait) return std::nullopt;
  return std::chrono::seconds(*number);
}

// Of the process's descriptors, a few hundred are for connections and for requests that are not
// held.
std::size_t most_held() {
  constexpr std::size_t kOthers = 512;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_cur > 2 * kOthers ? limit.rlim_cur - kOthers : limit.rlim_cur / 2;
}

}  // namespace

LoginPolls::LoginPolls(App& app, Login& login)
    : app_(app),
      login_(login),
      scans_(app.redis, login.store().keys(), app.loop, app.log,
             [this](const std::string& uuid) { wake(uuid); }),
      pipeline_(app.redis, app.loop),
      most_(most_held()) {
  scans_.watch();
}

Response LoginPolls::nothing(const Request& request) const {
  return login_response(NothingScanned{}, app_.config, request);
}

Answer LoginPolls::answer(const Request& request) {
  std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!login_.uuids().accepts(*uuid)) return params_error("参数 uuid 不合法");
  const auto wait = wait_of(request);
  if (!wait) return params_error("参数 wait 不合法");
  if (request.method() == "HEAD") return nothing(request);
  const Clock::time_point until = Clock::now() + *wait;
  if (scans_.may_have_code(*uuid)) return work(*std::move(uuid), until);
  if (wait->count() == 0 || draining_) return nothing(request);
  return Taking([this, uuid = *std::move(uuid), until](OpenRequest open) {
    hold(std::move(open), uuid, until);
  });
}

// What was stored for the uuid while the thread was at it is seen by the notices: nobody has woken
// a request that was not held.
Work LoginPolls::work(std::string uuid, Clock::time_point until) {
  const std::uint64_t before = scans_.notices_of(uuid);
  return [this, uuid = std::move(uuid), until, before](const Request& request) -> Outcome {
    const PendingLogin pending = login_.uuids().login_of(uuid, request.header("Cookie"));
    const LoginOutcome outcome = login_.poll(pending, actor_of(request), app_.log_of(request));
    if (std::holds_alternative<NothingScanned>(outcome)) scans_.watch();
    const bool over = Clock::now() >= until;
    if (over || !std::holds_alternative<NothingScanned>(outcome)) {
      return login_response(outcome, app_.config, request);
    }
    return Taking([this, uuid, until, before](OpenRequest open) {
      if (scans_.notices_of(uuid) == before) return hold(std::move(open), uuid, until);
      std::move(open).answer(work(uuid, until));
    });
  };
}

void LoginPolls::hold(OpenRequest open, std::string uuid, Clock::time_point until) {
  if (draining_ || held_.size() >= most_) {
    Response response = nothing(open.request());
    return std::move(open).answer(std::move(response));
  }
  const auto held = held_.emplace(until, Held{std::move(open), std::move(uuid)});
  by_uuid_.emplace(held->second.uuid, held);
  most_held_ = std::max(most_held_, held_.size());
  held->second.open.on_hang_up([this, held] { release(held); });
}

OpenRequest LoginPolls::release(HeldUntil::iterator held) {
  const auto [begin, end] = by_uuid_.equal_range(held->second.uuid);
  for (auto it = begin; it != end; ++it) {
    if (it->second == held) {
      by_uuid_.erase(it);
      break;
    }
  }
  OpenRequest open = std::move(held->second.open);
  held_.erase(held);
  open.on_hang_up(nullptr);
  return open;
}

void LoginPolls::wake(const std::string& uuid) {
  const auto [begin, end] = by_uuid_.equal_range(uuid);
  std::vector<HeldUntil::iterator> all;
  for (auto it = begin; it != end; ++it) all.push_back(it->second);
  for (const HeldUntil::iterator held : all) {
    const Clock::time_point until = held->first;
    release(held).answer(work(uuid, until));
  }
}

void LoginPolls::tick() {
  scans_.tick();
  pipeline_.tick();
  answer_overdue(Clock::now());
  look_for_scans();
  if (most_held_ < kMany || held_.size() > most_held_ / 4) return;
  most_held_ = held_.size();
  left_much_ = true;
}

// The C library keeps what thousands of them took.
void LoginPolls::check() {
  scans_.check();
  scans_.watch();
  pipeline_.check();
  if (left_much_.exchange(false)) malloc_trim(0);
}

// A few at a time: thousands that were begun together are over together, and whoever has just
// scanned does not wait for them.
void LoginPolls::answer_overdue(Clock::time_point now) {
  for (int left = kAtATime; !held_.empty() && held_.begin()->first <= now; --left) {
    if (left == 0) return app_.loop.post([this, now] { answer_overdue(now); });
    OpenRequest open = release(held_.begin());
    Response response = nothing(open.request());
    std::move(open).answer(std::move(response));
  }
}

// Where not every scan is heard of, Redis is asked; and once more, from memory, when that begins.
void LoginPolls::look_for_scans() {
  const std::uint64_t hearing = scans_.hearing();
  if (hearing != 0 && hearing == hearing_) return;
  hearing_ = hearing;
  std::vector<std::string> uuids;
  for (auto it = by_uuid_.begin(); it != by_uuid_.end();
       it = by_uuid_.equal_range(it->first).second) {
    uuids.emplace_back(it->first);
  }
  for (const std::string& uuid : uuids) {
    if (hearing == 0) {
      if (!pipeline_.ready()) return;
      login_.store().look(pipeline_, uuid, [this, uuid] { wake(uuid); });
    } else if (scans_.may_have_code(uuid)) {
      wake(uuid);
    }
  }
}

void LoginPolls::drain() {
  draining_ = true;
  answer_overdue(Clock::time_point::max());
}

}  // namespace scanlogin
