#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/app.h"
#include "api/endpoint.h"
#include "base/json.h"
#include "server/open_request.h"

namespace scanlogin {

// Whether this process can do what it is for, for a load balancer:
//
//   200 {"status":"up","since":"2026-01-31T09:30:00Z","redis":{"status":"up","since":"…"},
//        "mysql":{…},"weixin":{…},"watch":{…}}
//
// A part is "up"; "down", with a "reason" if there is one; or "unused", without a since, where
// nothing is known of it because nothing has asked it yet, or ever does. 503 and "down" as a whole
// where Redis or MySQL is down; "degraded", 200, where another part is: what needs no provider goes
// on, and without a watch over Redis all is answered, only slower.
//
// Redis and MySQL are asked when somebody asks this, once a second at the most, however many do;
// of a provider and of the watches it says what has been seen. An answer takes 3 seconds at the
// most: a server that has not answered for 2 counts as down. All of it on the loop.
class Health {
 public:
  // Of a server that the endpoint does not ask it says nothing.
  Health(App& app, const Endpoint& endpoint);
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  Answer answer();
  // About once a second.
  void tick();

 private:
  using Clock = std::chrono::steady_clock;
  enum class State { unused, up, degraded, down };
  struct Part {
    State state = State::unused;
    std::int64_t since = 0;  // seconds of the system's clock
    std::string reason{};
    void become(State now_is, const std::string& why = "");
    bool is_down() const noexcept { return state == State::down; }
  };
  struct Waiting {
    OpenRequest open;
    Clock::time_point since;
  };

  void run();
  void ask(Part& part, void (*question)(App&));
  Response response();
  void answer_all();
  void see_providers();
  void see_watches();
  static Json to_json(const Part& part);

  App& app_;
  const bool asks_redis_;
  const bool asks_mysql_;
  std::vector<Waiting> waiting_;
  Part weixin_;
  Part watch_;
  Part whole_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  Part redis_;
  Part mysql_;
  Part* silent_ = nullptr;  // that is being asked, since:
  Clock::time_point silent_since_{};
  bool asked_ = false;
  bool stopping_ = false;
  Clock::time_point known_{};  // when they were asked last
  std::thread thread_;         // begun by the first question
};

}  // namespace scanlogin
