#pragma once

#include <string>
#include <string_view>

#include "base/config.h"
#include "domain/users/users.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// How `auth` answers nginx's auth_request, which asks before it serves a guarded location
// (nginx/scanlogin-guard.conf). The request here is that question. Its REQUEST_URI is the guarded
// request's, as it was sent, and so are its headers; GUARDED_METHOD is the guarded method.

// Whom a guarded location admits.
enum class Admitted { users, staff };

// What is remembered of a user: what guard_response() makes its reply of.
std::string guard_text(const User& user);

// 204 without a body, and who it is, for the site's own program: X-User-Id, X-User-Name,
// X-User-Nickname, X-User-Staff (0 or 1), and oauth2-proxy's X-Auth-Request-User (the id) and
// X-Auth-Request-Preferred-Username (the name). The nickname is percent-encoded UTF-8 (RFC 3986);
// so is whatever in a name is no ASCII letter or digit nor one of - _ . ~ @ +.
// Where staff is asked for and the user is none: guard_refusal() of 403
// {"code":1003,"msg":"没有权限"}.
Response guard_response(std::string_view guard_text, Admitted whom, const Config& config,
                        const Request& request);

// A 401 or 403 for the guarded request. nginx takes only the headers of it, so they say all:
// - X-Scanlogin-Reply: the body.
// - X-Scanlogin-Login, with a 401 for a browser that navigates: LOGIN_URL, with the guarded path
//   and query as its parameter `next`. Without `next` if that is no path of this site
//   (is_site_path()), or makes a URL too long for a request.
Response guard_refusal(Response refusal, const Config& config, const Request& request);

}  // namespace scanlogin
