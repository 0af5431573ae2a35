#pragma once

#include <functional>
#include <utility>
#include <variant>

#include "server/fcgi_server.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

class OpenRequest;

// How a request is answered: at once; by work that blocks, on a thread; or by whoever takes it, on
// the loop, now or when there is something to say. What has been checked goes along in the closure.
using Taking = std::function<void(OpenRequest)>;
using Outcome = std::variant<Response, Taking>;               // what work comes to
using Work = std::function<Outcome(const Request& request)>;  // is given the same request
using Answer = std::variant<Response, Work, Taking>;

// Sees to it that a request is answered in the way it is told.
class Answerer {
 public:
  virtual ~Answerer() = default;
  // On the loop.
  virtual void answer(OpenRequest open, Answer answer) = 0;
};

// A request that has not been answered, with the duty to do so: one that is dropped answers 503.
class OpenRequest {
 public:
  // answerer lives until the server's run() returns.
  OpenRequest(Answerer& answerer, Request request, Responder responder)
      : answerer_(&answerer), request_(std::move(request)), responder_(std::move(responder)) {}

  const Request& request() const noexcept { return request_; }

  // On the loop. Nothing is left of this.
  void answer(Answer answer) && {
    Answerer& answerer = *answerer_;
    answerer.answer(std::move(*this), std::move(answer));
  }
  // As Responder's.
  void on_hang_up(std::function<void()> what) { responder_.on_hang_up(std::move(what)); }
  // From any thread, once; the last that is done with it.
  void send(const Response& response) { responder_.send(response); }

 private:
  Answerer* answerer_;
  Request request_;
  Responder responder_;
};

}  // namespace scanlogin
