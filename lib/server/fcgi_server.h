#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/event_loop.h"
#include "base/ip_address.h"
#include "base/log.h"
#include "server/listener.h"
#include "server/request.h"
#include "server/request_metrics.h"
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

  // On the loop, before the answer is anybody else's to give: calls this, on the loop, if the web
  // server closes the connection, as it does when its client is gone. Nothing: calls nothing any
  // more.
  void on_hang_up(std::function<void()> what);

 private:
  friend class FcgiServer;
  Responder(FcgiServer& server, FcgiSlot& slot) : server_(&server), slot_(&slot) {}

  FcgiServer* server_;
  FcgiSlot* slot_;  // null once sent
};

// A FastCGI responder on an event loop: accepts, reads whole requests and hands each to a handler.
// The loop waits for no one: a connection that sends nothing, or half a request, costs it nothing.
// A request, its parameters and its body together, may have 128 KiB; one that stays
// incomplete for 10 seconds is dropped.
class FcgiServer {
 public:
  // Called on the loop, so it must not block: it answers at once, or passes the reply on.
  using Handler = std::function<void(Request request, Responder responder)>;

  // listen_socket is a listening socket, as spawn-fcgi or systemd leave it on descriptor 0; it
  // is the server's from here on. web_servers: who may connect by TCP (server/listener.h). Blocks
  // the signals that run() obeys in this thread and those it starts later: construct the server
  // before any thread. Throws Error(config) if it is no such socket.
  FcgiServer(EventLoop& loop, int listen_socket, Log log, std::vector<IpAddress> web_servers = {});
  ~FcgiServer();
  FcgiServer(const FcgiServer&) = delete;
  FcgiServer& operator=(const FcgiServer&) = delete;

  // Called on the loop, so it must not block either.
  using Callback = std::function<void()>;

  // Runs the loop and serves until SIGTERM, SIGINT or SIGQUIT; then takes what is still in the
  // backlog, lets every request that has arrived be answered, closes, and returns. What arrives
  // later is not carried out, and its connection ends without an answer: the web server gives it to
  // another. SIGHUP and SIGUSR1 have the log opened anew (Log::reopen); SIGUSR2 does nothing.
  // tick: about once a second. drain: when it is asked to end; answers that were waiting for
  // something have to be given now.
  void run(
      Handler handler, const Callback& tick = [] {}, const Callback& drain = [] {});

  // On the loop: ends run() as SIGTERM does.
  void stop() { asked_to_stop_ = true; }

 private:
  friend class Responder;
  friend struct FcgiSlot;
  using Clock = std::chrono::steady_clock;

  void tick_if_due(const Callback& tick);
  void take_signal();
  void accept_all();
  void pause_accepting();
  void resume_accepting();
  void on_events(FcgiSlot& slot);
  void begin_request(FcgiSlot& slot);
  void wait_for_rest(FcgiSlot& slot);
  void begin_drain();
  void close_overdue();
  void leave(FcgiSlot& slot, bool keep);  // on any thread, with hand_over_ held
  void linger(FcgiSlot& slot);
  void close(FcgiSlot& slot);
  void finish(FcgiSlot& slot, const Response& response);  // on any thread

  // What the loop tells of one descriptor.
  class Told : public EventLoop::Handler {
   public:
    explicit Told(std::function<void()> what) : what_(std::move(what)) {}
    void on_events(std::uint32_t /*events*/) override { what_(); }

   private:
    const std::function<void()> what_;
  };

  EventLoop& loop_;
  Log log_;
  Listener listener_;  // closed once draining
  Descriptor signals_;
  Told on_connection_{[this] { accept_all(); }};
  Told on_signal_{[this] { take_signal(); }};
  Handler handler_;
  bool asked_to_stop_ = false;
  bool accepting_ = true;
  Clock::time_point next_tick_{};
  std::unordered_map<FcgiSlot*, std::unique_ptr<FcgiSlot>> slots_;
  // When to give up on the connections that owe us a request.
  std::unordered_map<FcgiSlot*, Clock::time_point> deadlines_;
  std::vector<unsigned char> buffer_;
  RequestMetrics metrics_;
  const metrics::Gauge connections_{
      "scanlogin_connections", "Connections from the web server.", {}, [this] {
        return static_cast<double>(slots_.size());
      }};

  // Guards the hand-over of slots from answering threads back to the loop.
  std::mutex hand_over_;
  std::atomic<bool> draining_{false};  // written with it held
};

}  // namespace scanlogin
