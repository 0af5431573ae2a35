#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace scanlogin {

// One HTTP response. Content-Length and X-Request-Id are the server's to add. Headers go out as
// they stand, so no value may hold a line end; the server refuses to send one that does.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // What comes behind the body, a piece at a time until there is none: for what is too long to be
  // held at once. Called on the thread that sends. If it throws, which is for it to log, the reply
  // is cut short, and the client can see that it is. Such a response has no Content-Length.
  std::function<std::optional<std::string>()> more{};

  Response&& with(std::string name, std::string value) &&;
};

// The head as a CGI program writes it (RFC 3875 section 6.2): Status, the headers and, unless there
// is more or the status is 204 (RFC 9110 section 8.6), Content-Length, with the empty line behind
// them. X-Request-Id goes with it where there is an id. Throws Error(internal) for a header with a
// control character.
std::string head_of(const Response& response, std::string_view request_id = {});

// A JSON reply: UTF-8, not to be stored by any cache.
Response json_response(int status, const Json& body);
// The same of a JSON text made before, and with what caches may do (RFC 9111 section 5.2.2).
Response json_response(int status, std::string body, std::string cache_control = "no-store");

// The envelope of all replies without data, {"code":…,"msg":"…"}. The code is a number, or text
// where the front ends know it as text.
Response message_response(int status, std::int64_t code, std::string_view msg);
Response message_response(int status, std::string_view code, std::string_view msg);

// 200 {"code":"params-error","msg":msg}
Response params_error(std::string_view msg);
// 400, the same: where no page written for the Django module asks, which would expect 200
Response bad_request(std::string_view msg);
// 200 {"code":200,"data":data}
Response data_response(Json data);
// 404 {"code":404,"msg":msg}
Response not_found(std::string_view msg);
// 302 or 303 without a body: leads a browser to the URL, which holds what nobody else may read.
Response lead_to(int status, std::string url);
// 405; allow lists the methods there are, "GET, HEAD".
Response method_not_allowed(std::string_view allow);
// 403 {"code":1003,"msg":"没有权限"}: a user who may not.
Response forbidden();
// 503: a backend is out of reach.
Response service_unavailable();

}  // namespace scanlogin
