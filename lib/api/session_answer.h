#pragma once

#include <functional>
#include <string>

#include "api/app.h"
#include "domain/sessions/session_cache.h"
#include "server/open_request.h"

namespace scanlogin {

// How an endpoint answers by what SessionCache knows of a token.
struct SessionReplies {
  std::function<Response(const std::string& known, const Request&)> known;
  std::function<Response(Denial, const Request&)> denied;
};

// The answer to a request with this token: from memory at once, from Redis on the loop, or by work
// on a thread. app, sessions and replies live as long as the process.
Answer answer_by_session(const App& app, SessionCache& sessions, std::string token,
                         const Request& request, const SessionReplies& replies);

}  // namespace scanlogin
