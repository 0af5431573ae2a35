#pragma once

#include <optional>

#include "outcome.h"
#include "script.h"
#include "server/request.h"
#include "wire.h"

namespace scanlogin::sandbox {

// Whether the faults concern the call of that number, counted from 1.
bool concerns(const Faults& faults, int call);

// What stands in for the reply where the faults replace it whole; nothing if they don't.
std::optional<Response> replacement(const Faults& faults, const Request& request);

// The members that the faults add to a reply that is else as it should be.
void add_to(WireObject& object, const Faults& faults);

// How long the client waits. A hanging call is answered 504 in the end.
Outcome delayed(const Faults& faults, Response response);

}  // namespace scanlogin::sandbox
