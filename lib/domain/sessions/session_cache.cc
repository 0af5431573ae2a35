#include "domain/sessions/session_cache.h"

#include <optional>
#include <utility>

namespace scanlogin {
namespace {

// How often Redis is told that a session is in use, which it writes down once a minute.
constexpr std::chrono::seconds kBetweenNotes{60};
constexpr std::chrono::seconds kWorthKeeping{30};
constexpr std::size_t kMostUnnoted = 10000;

std::chrono::seconds system_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
      .time_since_epoch();
}

}  // namespace

// Registers itself before it reads: a change that comes before the result is kept finds it there,
// and marks it overtaken.
class SessionCache::LookUp : public AnswerMemory::LookUp {
 public:
  LookUp(SessionCache& cache, std::int64_t whose)
      : AnswerMemory::LookUp{.user = whose}, cache_(cache) {
    const std::lock_guard lock(cache_.mutex_);
    cache_.memory_.begin(*this);
  }
  ~LookUp() {
    const std::lock_guard lock(cache_.mutex_);
    cache_.memory_.end(*this);
  }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

  // What a glimpse has found: since the session's last use that is on record; and whether somebody
  // is changing the user, or may be, whose row may be read before that is committed. A change that
  // begins later overtakes this.
  std::chrono::seconds noted{};
  bool changing = true;

 private:
  SessionCache& cache_;
};

// The session and the profile are asked for together; the profile's reply is the last.
class SessionCache::Glance {
 public:
  Glance(SessionCache& cache, std::string_view token, const jwt::Claims& claims,
         std::function<void(const Glimpse&)> then)
      : cache_(cache),
        token_(token),
        claims_(claims),
        then_(std::move(then)),
        look_up_(std::make_shared<LookUp>(cache, claims.id)) {}

  void take(const std::optional<Sessions::Sight>& sight) { sight_ = sight; }
  void end(bool changing) {
    look_up_->changing = changing;
    end(std::nullopt);
  }

  void end(const std::optional<Profiles::Kept>& kept) {
    const bool good = sight_ && sight_->there && !cache_.is_unused_for_too_long(unused());
    if (!good) return then_({});
    const bool noted = sight_->seen && unused() < kBetweenNotes;
    if (!noted) cache_.note_use(claims_.id, token_);
    look_up_->noted = noted ? unused() : std::chrono::seconds(0);
    if (!kept || kept->age >= cache_.trust_.longest(began_)) return then_({.good = look_up_});
    const auto answer = std::make_shared<const std::string>(cache_.describe_(kept->user));
    cache_.keep({.token = token_,
                 .user = claims_.id,
                 .answer = answer,
                 .exp = claims_.exp,
                 .read = began_ - kept->age,
                 .noted = began_ - look_up_->noted},
                *look_up_);
    then_({.known = answer});
  }

 private:
  // By this machine's clock: where it says so, Redis's decides.
  std::chrono::seconds unused() const {
    return sight_->seen ? system_seconds() - std::chrono::seconds(*sight_->seen)
                        : std::chrono::seconds(0);
  }

  SessionCache& cache_;
  const std::string token_;
  const jwt::Claims claims_;
  const std::function<void(const Glimpse&)> then_;
  const std::shared_ptr<LookUp> look_up_;
  const Clock::time_point began_ = Clock::now();
  std::optional<Sessions::Sight> sight_;
};

SessionCache::SessionCache(const Config& config, mysql::Client& mysql, redis::Client& redis,
                           EventLoop& loop, const Log& log, Describe describe)
    : idle_(config.session_idle),
      authenticator_(config, mysql, redis),
      users_(mysql),
      sessions_(config, redis),
      profiles_(redis),
      trust_(config, mysql, log),
      describe_(describe),
      memory_(static_cast<std::size_t>(config.current_cache_entries)),
      watcher_(redis, Sessions::kKeyPrefix, log, mutex_,
               {.changed = [this](std::string_view key) { memory_.forget(Sessions::user_of(key)); },
                .missed =
                    [this] {
                      memory_.forget_all();
                      trust_.doubt_what_is_kept();
                      pipeline_.renew();
                    }}),
      pipeline_(redis, loop) {
  watcher_.wake(loop);
  watcher_.start();
}

SessionCache::Known SessionCache::remembered(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (!watcher_.take_changes()) return nullptr;
  const auto now = Clock::now();
  const AnswerMemory::Trust trust{trust_.longest(now), trust_.shortest()};
  AnswerMemory::Entry* entry = memory_.find(token, now, jwt::Time(system_seconds()), trust);
  if (entry == nullptr) return nullptr;
  if (const auto unnoted = now - entry->noted; unnoted >= kBetweenNotes) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(unnoted);
    if (is_unused_for_too_long(seconds) || unnoted_.size() >= kMostUnnoted) return nullptr;
    entry->noted = now;
    note_use(entry->user, token);
  }
  return entry->answer;
}

// Nobody waits for it: what Redis says later counts from then on. Behind a pause there is no
// connection; then it is told within a second or so.
void SessionCache::note_use(std::int64_t user, std::string_view token) {
  if (!pipeline_.ready()) {
    unnoted_.emplace_back(user, token);
    return;
  }
  sessions_.note_use(pipeline_, user, token, [this, user] {
    const std::lock_guard lock(mutex_);
    memory_.forget(user);
  });
}

bool SessionCache::look(std::string_view token, const jwt::Claims& claims,
                        std::function<void(const Glimpse&)> then) {
  if (!pipeline_.ready()) return false;
  {
    // A thread sees to it that there is a watch.
    const std::lock_guard lock(mutex_);
    if (!watcher_.take_changes()) return false;
  }
  const auto glance = std::make_shared<Glance>(*this, token, claims, std::move(then));
  Sessions::look(pipeline_, claims.id, token,
                 [glance](const std::optional<Sessions::Sight>& sight) { glance->take(sight); });
  if (keeps_profiles()) {
    Profiles::find(pipeline_, claims.id,
                   [glance](const std::optional<Profiles::Kept>& kept) { glance->end(kept); });
  } else {
    Profiles::find_change(pipeline_, claims.id, [glance](bool changing) { glance->end(changing); });
  }
  return true;
}

// For a few seconds a profile in Redis costs more than it spares.
bool SessionCache::keeps_profiles() const {
  return trust_.hears_changes(Clock::now()) || trust_.shortest() >= kWorthKeeping;
}

std::variant<SessionCache::Known, Denial> SessionCache::look_up(std::string_view token,
                                                                const jwt::Claims& claims,
                                                                const Begun& good) {
  watcher_.start();
  const Begun look_up = good ? good : std::make_shared<const LookUp>(*this, claims.id);
  Reading reading;
  const Clock::time_point began = Clock::now();
  const Sessions::Use use = good ? Sessions::Use{.good = true, .ended = {}, .noted = good->noted}
                                 : sessions_.use(claims.id, token);
  const auto user =
      Authenticator::find_user(use, [&] { return read_user(claims.id, good, reading); });
  if (const auto* denial = std::get_if<Denial>(&user)) return *denial;

  auto answer = std::make_shared<const std::string>(describe_(std::get<User>(user)));
  AnswerMemory::Entry entry{.token = std::string(token),
                            .user = claims.id,
                            .answer = answer,
                            .exp = claims.exp,
                            .read = reading.at,
                            .settled = reading.settled,
                            .noted = began - use.noted};
  if (reading.keep) keep(std::move(entry), *look_up);
  return answer;
}

std::optional<User> SessionCache::read_user(std::int64_t id, const Begun& glimpse,
                                            Reading& reading) {
  if (!keeps_profiles()) {
    const bool changing = glimpse ? glimpse->changing : profiles_.is_changing(id);
    reading = {.at = Clock::now(), .keep = !changing};
    return users_.find(id);
  }
  const auto younger = trust_.longest(Clock::now());
  const auto looked = profiles_.look(id, younger - std::chrono::milliseconds(1));
  reading.at = Clock::now();
  if (const auto* kept = std::get_if<Profiles::Kept>(&looked)) {
    reading.at -= kept->age;
    return kept->user;
  }
  std::optional<User> user = users_.find(id);
  const auto* lease = std::get_if<Profiles::Lease>(&looked);
  if (lease == nullptr) {
    reading.keep = std::get<Profiles::NotKept>(looked) == Profiles::NotKept::no_room;
    reading.settled = false;
  } else if (user && user->is_active) {
    reading.keep = profiles_.keep(*user, *lease);
  }
  return user;
}

void SessionCache::keep(AnswerMemory::Entry entry, const LookUp& look_up) {
  const std::lock_guard lock(mutex_);
  if (watcher_.take_changes() && !look_up.overtaken) memory_.keep(std::move(entry));
}

void SessionCache::tick() {
  watcher_.tick();
  pipeline_.tick();
  if (unnoted_.empty() || !pipeline_.ready()) return;
  for (const auto& [user, token] : std::exchange(unnoted_, {})) note_use(user, token);
}

void SessionCache::check() {
  watcher_.check();
  watcher_.start();
  pipeline_.check();
  trust_.read_changes([this](const std::vector<std::int64_t>& users) {
    profiles_.forget(users);
    for (const std::int64_t user : users) {
      const std::lock_guard lock(mutex_);  // not for all of them: the loop waits for it
      memory_.forget(user);
    }
  });
}

}  // namespace scanlogin
