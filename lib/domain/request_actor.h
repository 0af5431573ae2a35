#pragma once

#include "base/request.h"
#include "domain/actor.h"

namespace scanlogin {

// The actor of a request that a user makes for themself.
Actor actor_of(const Request& request);

}  // namespace scanlogin
