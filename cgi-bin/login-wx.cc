// GET /api/user/login/wx/?uuid=U — the login page polls here until somebody has scanned.
//
// Input: uuid, the `state` that the page gave WeChat: 1 to 128 of A–Z a–z 0–9 - _ .
// 200 {"code":200,"data":{"token":…}} once; the user's other device is logged out
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned
// 200 {"code":…,"msg":…} for a bad uuid, and when the login is refused
// 502 while WeChat cannot be asked: the next poll tries again
// A HEAD never exchanges a code: the token would be lost with the body.

#include "domain/endpoint.h"
#include "domain/login.h"
#include "domain/login_reply.h"

using namespace scanlogin;

// What needs no code to be answered.
static std::optional<Response> at_once(Login& login, const Request& request) {
  const std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!is_uuid(*uuid)) return params_error("参数 uuid 不合法");
  if (request.method() != "HEAD" && login.may_have_code(*uuid)) return std::nullopt;
  return reply_of(NothingScanned{});
}

static Response handle(Login& login, const Request& request) {
  const Origin origin{std::string(request.client()), request.header("User-Agent")};
  return reply_of(login.poll(request.query("uuid").value(), origin, login.log_of(request)));
}

int main() {
  const Endpoint endpoint{.name = "login-wx", .method = "GET", .weixin = Weixin::required};
  return serve(endpoint, handle, at_once);
}
