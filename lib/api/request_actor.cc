#include "api/request_actor.h"

namespace scanlogin {

Actor actor_of(const Request& request) {
  return {.admin = std::nullopt,
          .superuser = false,
          .name = "",
          .origin = {std::string(request.client()), request.header("User-Agent")},
          .request = request.id()};
}

}  // namespace scanlogin
