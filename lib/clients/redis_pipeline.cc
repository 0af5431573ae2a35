#include "clients/redis_pipeline.h"

#include <sys/epoll.h>

#include <deque>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "clients/redis_connection.h"
#include "clients/redis_master.h"

namespace scanlogin::redis {
namespace {

constexpr std::chrono::seconds kLongestLife{2};
constexpr std::chrono::seconds kReplyLimit{2};

}  // namespace

// One connection and those who wait for its replies.
class Pipeline::Link : public EventLoop::Handler {
 public:
  // Blocks; throws Error(cache).
  explicit Link(Master& master) : made_(Clock::now()), connection_(master.connect()) {
    connection_->stop_blocking();
  }

  // All of the following on the loop. attach(): from now on it is told of by the loop.
  void attach(EventLoop& loop) {
    loop_ = &loop;
    if (!loop.add(connection_->fd(), EPOLLIN, *this)) fail();
  }
  bool usable(Clock::time_point not_before) const {
    return !failed_ && made_ > not_before && Clock::now() - made_ < kLongestLife;
  }
  bool spent() const { return waiting_.empty(); }

  // unknown: called instead of the handler where Redis does not know the script.
  void send(const Arguments& arguments, Pipeline::Handler handler,
            std::function<void()> unknown = {}) {
    if (!failed_) connection_->append(arguments);
    waiting_.push_back({std::move(handler), std::move(unknown), Clock::now()});
  }

  void flush() {
    if (failed_) return fail();
    try {
      const bool all = connection_->flush();
      if (all == !writing_) return;
      writing_ = !all;
      loop_->change(connection_->fd(), writing_ ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
    } catch (const Error&) {
      fail();
    }
  }

  void on_events(std::uint32_t events) override {
    if ((events & EPOLLOUT) != 0) flush();
    while (!failed_) {
      try {
        const std::optional<Value> reply = connection_->receive();
        if (!reply) return;
        hand_on(&*reply);
      } catch (const ErrorReply& error) {
        hand_on(nullptr, error.script_unknown());
        if (error.wrong_server()) fail();
      } catch (const Error&) {
        fail();
      }
    }
  }

  void give_up_on_the_silent() {
    if (!waiting_.empty() && Clock::now() - waiting_.front().since > kReplyLimit) fail();
  }

  // Nothing more comes from here. Those told may send: by another link, this one is not usable().
  void fail() {
    if (!std::exchange(failed_, true)) loop_->remove(connection_->fd(), *this);
    while (!waiting_.empty()) hand_on(nullptr);
  }

 private:
  struct Waiting {
    Pipeline::Handler handler;
    std::function<void()> unknown;
    Clock::time_point since;
  };

  void hand_on(const Value* reply, bool script_unknown = false) {
    if (waiting_.empty()) return;
    const Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    try {
      if (script_unknown && first.unknown) return first.unknown();
      first.handler(reply);
    } catch (const std::exception&) {
      // Out of memory, say. Whoever was to be answered is told by what the handler has dropped.
    }
  }

  const Clock::time_point made_;
  const std::unique_ptr<Connection> connection_;
  EventLoop* loop_ = nullptr;
  bool writing_ = false;
  bool failed_ = false;
  std::deque<Waiting> waiting_;
};

Pipeline::Pipeline(Client& client, EventLoop& loop) : master_(client.master()), loop_(loop) {}

Pipeline::~Pipeline() = default;

bool Pipeline::ready() {
  wanted_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (fresh_) {
      fresh_->attach(loop_);
      links_.push_front(std::move(fresh_));
    }
  }
  return !links_.empty() && links_.front()->usable(not_before_);
}

void Pipeline::send(const Arguments& arguments, Handler handler) {
  links_.front()->send(arguments, std::move(handler));
  flush_soon();
}

void Pipeline::run(const Script& script, const Arguments& keys, const Arguments& arguments,
                   Handler handler) {
  const ScriptCall call(script, keys, arguments);
  const Arguments all = call.with_source();
  std::vector<std::string> copies(all.begin(), all.end());
  const auto with_source = [this, copies = std::move(copies), handler] {
    if (!ready()) return handler(nullptr);
    send(Arguments(copies.begin(), copies.end()), handler);
  };
  links_.front()->send(call.by_sha(), std::move(handler), with_source);
  flush_soon();
}

void Pipeline::flush_soon() {
  if (std::exchange(flushing_, true)) return;
  loop_.post([this] {
    flushing_ = false;
    for (const auto& link : links_) link->flush();
    drop_spent_links();
  });
}

void Pipeline::tick() {
  for (const auto& link : links_) link->give_up_on_the_silent();
  drop_spent_links();
}

// All but the one in use, once they have brought their replies.
void Pipeline::drop_spent_links() {
  if (links_.empty()) return;
  for (auto it = std::next(links_.begin()); it != links_.end();) {
    if ((*it)->spent()) {
      (*it)->fail();
      it = links_.erase(it);
    } else {
      ++it;
    }
  }
}

void Pipeline::check() {
  if (!wanted_.exchange(false)) return;
  try {
    auto link = std::make_unique<Link>(master_);
    const std::lock_guard lock(mutex_);
    fresh_ = std::move(link);
  } catch (const Error&) {
    // Redis is away, as whoever wanted this is about to find out by Client.
  }
}

}  // namespace scanlogin::redis
