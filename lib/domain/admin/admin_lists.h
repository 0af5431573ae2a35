#pragma once

#include "domain/lists/listing.h"

namespace scanlogin {

// The lists that admins look through; their columns are those Django's admin shows, in its order,
// and then what an operator asks for.
const Listing& users_listing();   // user_user
const Listing& oauths_listing();  // user_oauth
const Listing& audit_listing();   // user_audit

}  // namespace scanlogin
