#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "server/descriptor.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

class FcgiServer;
struct FcgiSlot;  // a connection and who has it: the loop, or whoever owes the answer

// The answer to one request, owed by whoever holds this: send() it once, at once or later, from
// any thread. One destroyed unsent answers 503, so that no client waits for nothing. Must not
// outlive its server's run().
class Responder {
 public:
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  // Throws, with nothing sent and the reply still owed, for a response head_of() refuses.
  void send(const Response& response);

 private:
  friend class FcgiServer;
  Responder(FcgiServer& server, FcgiSlot& slot) : server_(&server), slot_(&slot) {}

  FcgiServer* server_;
  FcgiSlot* slot_;  // null once sent
};

// A FastCGI responder: one epoll loop that accepts, reads whole requests and hands each to a
// handler. The loop waits for no one: a connection that sends nothing, or half a request, costs
// it nothing. A request, its parameters and its body together, may have 128 KiB; one that stays
// incomplete for 10 seconds is dropped.
class FcgiServer {
 public:
  // Called on the loop, so it must not block: it answers at once, or passes the reply on.
  using Handler = std::function<void(Request request, Responder responder)>;

  // listen_socket is a listening socket, as spawn-fcgi or systemd leave it on descriptor 0; it
  // is the server's from here on. Blocks SIGTERM and SIGINT in this thread and those it starts
  // later: construct the server before any thread. Throws Error(config) if it is no such socket.
  FcgiServer(int listen_socket, Log log);
  ~FcgiServer();
  FcgiServer(const FcgiServer&) = delete;
  FcgiServer& operator=(const FcgiServer&) = delete;

  // Called on the loop about once a second; must not block either.
  using Tick = std::function<void()>;

  // Serves until SIGTERM or SIGINT, then takes what is still in the backlog, lets every request
  // that has arrived be answered, closes, and returns.
  void run(
      const Handler& handler, const Tick& tick = [] {});

 private:
  friend class Responder;
  using Clock = std::chrono::steady_clock;

  void watch(int fd, const void* key);
  int poll_timeout() const;
  void tick_if_due(const Tick& tick);
  void accept_all();
  void pause_accepting();
  void resume_accepting();
  void on_event(FcgiSlot& slot, const Handler& handler);
  void begin_request(FcgiSlot& slot, const Handler& handler);
  void wait_for_rest(FcgiSlot& slot);
  void begin_drain(const Handler& handler);
  void close_overdue();
  void close(FcgiSlot& slot);
  void finish(FcgiSlot& slot, const Response& response);  // on any thread

  Log log_;
  Descriptor listener_;  // empty once draining
  Descriptor signals_;
  Descriptor epoll_;
  bool accepting_ = true;
  Clock::time_point next_tick_{};
  std::unordered_map<FcgiSlot*, std::unique_ptr<FcgiSlot>> slots_;
  // When to give up on the connections that owe us a request.
  std::unordered_map<FcgiSlot*, Clock::time_point> deadlines_;
  std::vector<unsigned char> buffer_;

  // Guards the hand-over of slots from answering threads back to the loop.
  std::mutex hand_over_;
  bool draining_ = false;
};

}  // namespace scanlogin
