#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace scanlogin {

// Where a request came from, as the web server tells it.
struct RequestOrigin {
  std::string address;
  std::string user_agent;
};

// Who does something, and from where.
struct Actor {
  std::optional<std::int64_t> admin;  // nothing: the user themself, or the command line
  bool superuser = false;             // may touch superusers
  std::string name;                   // of the admin, or "cli:" and who called it; else empty
  RequestOrigin origin;
  std::string request;  // the request's id, one for each thing done
};

}  // namespace scanlogin
