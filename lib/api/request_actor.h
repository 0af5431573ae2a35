#pragma once

#include "domain/audit/actor.h"
#include "server/request.h"

namespace scanlogin {

// The actor of a request that a user makes for themself.
Actor actor_of(const Request& request);

}  // namespace scanlogin
