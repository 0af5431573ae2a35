#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "api/confirmation.h"
#include "api/endpoint.h"
#include "base/entity_tags.h"
#include "domain/admin/user_admin.h"
#include "domain/audit/audit.h"
#include "domain/lists/listing.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// A request of an admin, to one row of an endpoint's table.
struct AdminCall {
  App& app;
  const Actor& actor;
  PathMatch match;
  const Request& request;
};
using AdminHandler = Response (*)(const AdminCall&);

// The main of an admin endpoint (serve() of api/endpoint.h). A request that does not come from an
// admin is answered as `current` does, 401, or 403 {"code":1003,"msg":"没有权限"} for a user who is
// not staff. That is asked anew at every request.
int serve_admin(const CommandLine& command_line, const char* name,
                const Routes<AdminHandler>& routes);

// A list as the request asks for it, or 400 for a parameter it cannot have.
Response admin_list(const AdminCall& call, const Listing& listing);

// The response to what became of an admin's wish; `done` is what is said of success, `absent` of
// what is not found.
Response outcome_response(AdminOutcome outcome, std::string_view done, std::string_view absent);

// The versions that If-Match names; 428 without any.
std::variant<EntityTags, Response> required_version(const Request& request);

}  // namespace scanlogin
