// GET /api/user/login/wx/callback/?code=C&state=U — WeChat sends the person's browser here.
//
// Input: code, what WeChat gives for the scan: at most 512 bytes, no control characters;
// state, the uuid that the login page polls with.
// 200, the page that says the scan is done, for FRAME_ANCESTORS to frame
// 200 {"code":"params-error","msg":…} for what is missing or malformed
// Keeps the code for the poll; asks WeChat nothing.

#include "base/template.h"
#include "domain/endpoint.h"

using namespace scanlogin;

struct Callback {
  explicit Callback(App& an_app)
      : app(an_app),
        page(Template::load(app.config.template_dir, "wx-login-success.html").render({})) {}
  App& app;
  std::string page;
};

static Response handle(Callback& callback, const Request& request) {
  const std::optional<std::string> code = request.query("code");
  const std::optional<std::string> uuid = request.query("state");
  if (!code) return params_error("缺少参数 code");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!is_uuid(*uuid)) return params_error("参数 uuid 不合法");
  if (!is_code(*code)) return params_error("参数 code 不合法");
  if (request.method() != "HEAD") {
    callback.app.codes.store(*uuid, *code);
    callback.app.log_of(request).debug("code stored");
  }
  return html_page(callback.page, callback.app.config.frame_ancestors);
}

int main() { return serve({.name = "login-wx-callback", .method = "GET"}, handle); }
