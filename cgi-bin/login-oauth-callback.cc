// GET /api/user/login/NAME/callback/?code=C&state=U — a provider sends the person's browser here.
//
// Input: the code, under the name that the provider gives it, or the error of RFC 6749 section
// 4.1.2.1; state, the uuid; iss, the issuer (RFC 9207); the cookie `scanlogin`
// 303, 302: lead the browser on (api/redirect_callbacks.h)
// 200 {"code":"params-error","msg":…} for what is missing or malformed

#include "api/endpoint.h"
#include "api/redirect_callbacks.h"

using namespace scanlogin;

struct Callbacks : RedirectCallbacks {
  static constexpr auto read_settings = read_offered;
  using RedirectCallbacks::RedirectCallbacks;
};

static Response handle(Callbacks& callbacks, const Request& request) {
  return callbacks.answer(request);
}

int main(int argc, char** argv) {
  return serve<Callbacks>(
      {argc, argv}, {.name = "login-oauth-callback", .asks_provider = true, .asks_mysql = false},
      {{"GET", "/api/user/login/{provider}/callback/", handle}});
}
