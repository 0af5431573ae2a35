#include "clients/redis_sentinels.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "clients/redis_connection.h"

namespace scanlogin::redis {
namespace {

constexpr std::chrono::seconds kBetweenQuestions{1};
constexpr const char* kSwitched = "+switch-master";
// Of the Sentinel that carries the switch out: from here on it names the new master, and ends by
// the announcement above once all replicas follow that one.
constexpr const char* kPromoted = "+failover-state-reconf-slaves";

std::optional<ServerAddress> address_of(const std::string& host, const std::string& port) {
  const bool bracketed = host.find(':') != std::string::npos;
  return parse_server_address((bracketed ? "[" + host + "]:" : host + ":") + port, 0);
}

// A field of a flat list of names and values.
std::string field(const Value& fields, std::string_view name) {
  for (std::size_t i = 0; i + 1 < fields.array.size(); i += 2) {
    if (fields.array[i].text == name) return fields.array[i + 1].text;
  }
  return "";
}

// Waits until there is something to read, or for a second.
void wait_for(const Connection& connection) {
  pollfd waited{.fd = connection.fd(), .events = POLLIN, .revents = 0};
  poll(&waited, 1, static_cast<int>(std::chrono::milliseconds(kBetweenQuestions).count()));
}

}  // namespace

Sentinels::Sentinels(const RedisConfig& config, Log log,
                     std::function<void(const ServerAddress&)> moved)
    : config_(config),
      log_(std::move(log)),
      moved_(std::move(moved)),
      words_(config.sentinels.size()) {
  // Signals are the loop's, which may not have said so yet.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 0; i < config.sentinels.size(); ++i) {
    threads_.emplace_back([this, i] { follow(i); });
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Sentinels::~Sentinels() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  sockets_.end_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Sentinels::pause() {
  std::unique_lock lock(mutex_);
  return !ending_.wait_for(lock, kBetweenQuestions, [this] { return ended_; });
}

void Sentinels::follow(std::size_t which) {
  bool refused = false;
  do {
    try {
      follow_while_it_answers(which);
    } catch (const ErrorReply& error) {  // a wrong password, or no Sentinel
      if (std::exchange(refused, true)) continue;
      log_.warning("a Sentinel refuses to be asked",
                   {{"sentinel", to_text(config_.sentinels[which])}, {"reason", error.what()}});
    } catch (const std::exception& error) {
      log_.debug("a Sentinel is away",
                 {{"sentinel", to_text(config_.sentinels[which])}, {"reason", error.what()}});
    }
  } while (pause());
}

void Sentinels::follow_while_it_answers(std::size_t which) {
  RedisConfig config = config_;
  config.address = config_.sentinels[which];
  config.user.clear();
  config.password = config_.sentinel_password;
  config.db = 0;
  // Ended once, by the destructor: what is connected later is not wanted either.
  const auto hold = [this](int fd) { return sockets_.hold(fd, 0); };
  // Two: one that is subscribed may not ask. Subscribed first, so that no switch falls in between.
  Connection events(config, hold);
  events.send({"SUBSCRIBE", kSwitched});
  events.send({"SUBSCRIBE", kPromoted});
  Connection questions(config, hold);
  for (;;) {
    hear(which, ask(questions));
    wait_for(events);
    while (events.receive()) {
    }
  }
}

// The address last: with a switch in between it is newer than its epoch. The other way round an old
// address would pass for the newest.
std::optional<Sentinels::Word> Sentinels::ask(Connection& sentinel) const {
  Value fields;
  try {
    fields = sentinel.send({"SENTINEL", "MASTER", config_.master_name});
  } catch (const ErrorReply&) {
    // It knows no such master; or is a service that knows the next question alone.
  }
  const Value named = sentinel.send({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", config_.master_name});
  if (named.array.size() != 2) return std::nullopt;
  const auto address = address_of(named.array[0].text, named.array[1].text);
  if (!address) throw Error(ErrorKind::cache, "Redis: a Sentinel names an unreadable address");
  const auto configured = address_of(field(fields, "ip"), field(fields, "port"));
  return Word{
      .epoch = static_cast<std::uint64_t>(whole_number(field(fields, "config-epoch")).value_or(0)),
      .promoted = configured && to_text(*configured) != to_text(*address),
      .address = *address};
}

void Sentinels::hear(std::size_t which, const std::optional<Word>& word) {
  const std::lock_guard lock(mutex_);
  if (!word) {
    if (!std::exchange(unknown_told_, true)) {
      log_.warning(
          "a Sentinel knows no such master",
          {{"sentinel", to_text(config_.sentinels[which])}, {"master", config_.master_name}});
    }
    return;
  }
  const auto said = [](const Word& one) {
    return std::tuple(one.epoch, one.promoted, to_text(one.address));
  };
  std::optional<Word>& known = words_[which];
  if (!known || said(*known) != said(*word)) {
    known = word;
    known->since = ++changes_;
  }
  const auto order = [](const Word& one) { return std::tuple(one.epoch, one.promoted, one.since); };
  const Word* best = &*known;
  for (const std::optional<Word>& one : words_) {
    if (one && order(*one) > order(*best)) best = &*one;
  }
  const std::string text = to_text(best->address);
  if (std::exchange(told_, text) != text) moved_(best->address);
}

}  // namespace scanlogin::redis
