#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/users/users.h"

namespace scanlogin {

// {"id","oauth_type","provider","created_time","last_mod_time"}: what it is at the provider
// (oauth_id) is left out.
Json to_json(const LinkedIdentity& linked);

// Those of a user's identities that are unlinked when the one with this id is; none if it is not
// among them. By itself that is one. A unionid and the openids under it go together: whichever was
// left would still log the person in, and that login would bring the others back.
//
// Which openid is under which unionid is not on record. Of a user who has several unionids all go.
std::vector<LinkedIdentity> unlinked_with(std::int64_t id, const std::vector<LinkedIdentity>& all);

// Whether a user who has all of these could log in by one of them without those unlinked, where the
// site offers these providers (Config::providers).
bool can_log_in_without(const std::vector<LinkedIdentity>& unlinked,
                        const std::vector<LinkedIdentity>& all,
                        const std::vector<std::string>& providers);

}  // namespace scanlogin
