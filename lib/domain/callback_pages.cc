#include "domain/callback_pages.h"

#include "base/page.h"
#include "base/template.h"
#include "domain/browser.h"

namespace scanlogin {

CallbackPages::CallbackPages(const Config& config) {
  const Template done = Template::load(config.template_dir, "wx-login-success.html");
  const Template not_done = Template::load(config.template_dir, "wx-login-refused.html");
  success = html_page(done.render({}), config.frame_ancestors);
  refused = html_page(not_done.render({{"title", "已取消登录"},
                                       {"text", "请在原来的页面上换一个二维码"},
                                       {"title_en", "Login cancelled"},
                                       {"text_en", "Get a new QR code on the login page."}}),
                      config.frame_ancestors);
  other_browser = html_page(
      not_done.render({{"title", "登录未完成"},
                       {"text", "请在发起登录的浏览器中扫码"},
                       {"title_en", "Not logged in"},
                       {"text_en", "Scan the code in the browser where the login began."}}),
      config.frame_ancestors);
}

std::optional<Response> CallbackPages::led_back(const Request& request) const {
  if (request.query("again") || !Browser(request.header("Cookie")).hashes().empty()) {
    return std::nullopt;
  }
  std::string url = "?state=" + percent_encode(request.query("state").value_or(""));
  if (const auto code = request.query("code")) url += "&code=" + percent_encode(*code);
  return Response(other_browser).with("Refresh", "0; url=" + url + "&again=1");
}

}  // namespace scanlogin
