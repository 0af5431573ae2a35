#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/app.h"
#include "base/entity_tags.h"
#include "domain/admin/user_admin.h"
#include "domain/audit/audit.h"
#include "domain/lists/listing.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The admin a request comes from; else the reply it gets: 401 as from `current`, or 403
// {"code":1003,"msg":"没有权限"} for a user who is not staff. Asked anew at every request.
std::variant<Actor, Response> admit(App& app, const Request& request);

// What a path names behind an endpoint's own, which ends with a slash: nothing, "7" or "7/logout",
// each with or without a slash at its end. `valid` is false for anything else.
struct AdminPath {
  bool valid = true;
  std::optional<std::int64_t> id;
  std::string action;
};
AdminPath admin_path(std::string_view path, std::string_view endpoint);

// A list as the request asks for it, or 400 for a parameter it cannot have.
Response admin_list(App& app, const Listing& listing, const Request& request);

// The reply to what became of an admin's wish; `done` is what is said of success, `absent` of what
// is not found.
Response outcome_reply(AdminOutcome outcome, std::string_view done, std::string_view absent);

// The versions that If-Match names; 428 without any.
std::variant<EntityTags, Response> required_version(const Request& request);

// 400: a parameter or field of that name has a value it cannot have, or is not known.
Response invalid(std::string_view name);
// 404 in the form of every other reply.
Response not_found(std::string_view msg);

}  // namespace scanlogin
