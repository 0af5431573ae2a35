#pragma once

#include "domain/lists/listing.h"

namespace scanlogin {

// The lists that admins look through; their columns are those Django's admin shows, in its order,
// and then what an operator asks for.
const Listing& users_listing();   // user_user
const Listing& oauths_listing();  // user_oauth
const Listing& audit_listing();   // user_audit
// Of the clashes on record in user_audit (domain/users/clash.h) those that are not solved: the
// identity is still the other user's, and the user has any.
const Listing& clashes_listing();

}  // namespace scanlogin
