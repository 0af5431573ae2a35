#include "api/session_answer.h"

#include <memory>
#include <utility>

namespace scanlogin {
namespace {

// Where one request with a verified token is on its way.
class Asking {
 public:
  Asking(const App& app, SessionCache& sessions, std::string token, jwt::Claims claims,
         const SessionReplies& replies)
      : app_(app),
        sessions_(sessions),
        token_(std::move(token)),
        claims_(std::move(claims)),
        replies_(replies) {}

  Response refused(Denial denial, const Request& request) const {
    app_.log_of(request).debug("denied", {{"reason", reason(denial)}});
    return replies_.denied(denial, request);
  }

  Response look_up(const Request& request, const SessionCache::Begun& good) const {
    const auto found = sessions_.look_up(token_, claims_, good);
    if (const auto* denial = std::get_if<Denial>(&found)) return refused(*denial, request);
    return replies_.known(*std::get<0>(found), request);
  }

  // The closure that waits for Redis keeps this and the request.
  static void look(const std::shared_ptr<const Asking>& self, OpenRequest open) {
    const auto shared = std::make_shared<OpenRequest>(std::move(open));
    const auto go_on = [self, shared](const SessionCache::Glimpse& glimpse) {
      const auto& known = glimpse.known;
      std::move(*shared).answer(known ? Answer(self->replies_.known(*known, shared->request()))
                                      : Answer(work(self, glimpse.good)));
    };
    if (!self->sessions_.look(self->token_, self->claims_, go_on)) go_on({});
  }

 private:
  static Work work(const std::shared_ptr<const Asking>& self, const SessionCache::Begun& good) {
    return [self, good](const Request& request) { return self->look_up(request, good); };
  }

  const App& app_;
  SessionCache& sessions_;
  const std::string token_;
  const jwt::Claims claims_;
  const SessionReplies& replies_;
};

}  // namespace

Answer answer_by_session(const App& app, SessionCache& sessions, std::string token,
                         const Request& request, const SessionReplies& replies) {
  if (const auto known = sessions.find(token)) return replies.known(*known, request);
  auto verified = sessions.verify(token);
  if (const auto* denial = std::get_if<Denial>(&verified)) {
    return Asking(app, sessions, std::move(token), {}, replies).refused(*denial, request);
  }
  const auto asking = std::make_shared<const Asking>(
      app, sessions, std::move(token), std::get<jwt::Claims>(std::move(verified)), replies);
  return Taking([asking](OpenRequest open) { Asking::look(asking, std::move(open)); });
}

}  // namespace scanlogin
