#include "api/health.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/metrics.h"
#include "base/timestamp.h"
#include "domain/providers/provider_calls.h"

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kBetweenQuestions{1};
constexpr std::chrono::seconds kLongestWait{2};

std::int64_t now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

std::string to_the_second(std::int64_t seconds) { return json_time(seconds).substr(0, 19) + "Z"; }

void ask_redis(App& app) { app.redis.command({"PING"}); }
void ask_mysql(App& app) { app.mysql.ping(); }

}  // namespace

void Health::Part::become(State now_is, const std::string& why) {
  if (state != now_is) since = now();
  state = now_is;
  reason = why;
}

Health::Health(App& app, const Endpoint& endpoint)
    : app_(app), asks_redis_(endpoint.asks_redis), asks_mysql_(endpoint.asks_mysql) {}

Health::~Health() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Answer Health::answer() {
  {
    const std::lock_guard lock(mutex_);
    const bool known = Clock::now() - known_ < kBetweenQuestions && waiting_.empty();
    asked_ = (asks_redis_ || asks_mysql_) && !known;
    if (!asked_) return response();
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  wake_.notify_one();
  return Taking([this](OpenRequest open) { waiting_.push_back({std::move(open), Clock::now()}); });
}

void Health::tick() {
  if (waiting_.empty() || Clock::now() - waiting_.front().since < kLongestWait) return;
  {
    const std::lock_guard lock(mutex_);
    const bool is_silent = silent_ != nullptr && Clock::now() - silent_since_ >= kLongestWait;
    if (is_silent) silent_->become(State::down, "no answer for 2 seconds");
  }
  answer_all();
}

void Health::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait(lock, [this] { return asked_ || stopping_; });
    if (stopping_) return;
    asked_ = false;
    lock.unlock();
    if (asks_redis_) ask(redis_, ask_redis);
    if (asks_mysql_) ask(mysql_, ask_mysql);
    lock.lock();
    known_ = Clock::now();
    app_.loop.post([this] { answer_all(); });
  }
}

void Health::ask(Part& part, void (*question)(App&)) {
  {
    const std::lock_guard lock(mutex_);
    silent_ = &part;
    silent_since_ = Clock::now();
  }
  State state = State::up;
  std::string reason;
  try {
    question(app_);
  } catch (const std::exception& error) {
    state = State::down;
    reason = error.what();
  }
  const std::lock_guard lock(mutex_);
  silent_ = nullptr;
  part.become(state, reason);
}

void Health::answer_all() {
  if (waiting_.empty()) return;
  const std::lock_guard lock(mutex_);
  for (Waiting& waiting : std::exchange(waiting_, {})) {
    std::move(waiting.open).answer(response());
  }
}

void Health::see_providers() {
  const ProviderCalls::Condition last = ProviderCalls::condition();
  if (last.state == ProviderCalls::State::unasked) return;
  weixin_ = {last.state == ProviderCalls::State::up ? State::up : State::down, last.since};
}

void Health::see_watches() {
  for (const metrics::Family& family : metrics::collect()) {
    if (family.name != "scanlogin_watch_up") continue;
    const bool up = std::all_of(family.samples.begin(), family.samples.end(),
                                [](const metrics::Sample& watch) { return watch.value > 0; });
    watch_.become(up ? State::up : State::down);
  }
}

Json Health::to_json(const Part& part) {
  constexpr std::array<const char*, 4> kNames = {"unused", "up", "degraded", "down"};
  Json json = Json::object().with("status", kNames.at(static_cast<std::size_t>(part.state)));
  if (part.state != State::unused) json = std::move(json).with("since", to_the_second(part.since));
  if (!part.reason.empty()) json = std::move(json).with("reason", part.reason);
  return json;
}

// With the mutex held.
Response Health::response() {
  see_providers();
  see_watches();
  const bool down = redis_.is_down() || mysql_.is_down();
  const bool degraded = weixin_.is_down() || watch_.is_down();
  whole_.become(down ? State::down : degraded ? State::degraded : State::up);
  Json json = to_json(whole_)
                  .with("redis", to_json(redis_))
                  .with("mysql", to_json(mysql_))
                  .with("weixin", to_json(weixin_))
                  .with("watch", to_json(watch_));
  return json_response(down ? 503 : 200, json);
}

}  // namespace scanlogin
