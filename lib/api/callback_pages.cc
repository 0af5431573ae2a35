#include "api/callback_pages.h"

#include <string>
#include <utility>
#include <vector>

#include "api/callback_url.h"
#include "base/search_path.h"
#include "domain/login/callback_page_files.h"
#include "domain/login/login_cookie.h"
#include "server/page.h"
#include "server/page_faults.h"
#include "server/template.h"

namespace scanlogin {
namespace {

void check(const Config& config) {
  // With several hosts a picture at one of them is another site's to the pages of the next.
  const std::string site = config.site_origins.size() == 1 ? config.site_origins.front() : "";
  std::vector<std::string> faults;
  for (const char* file : {kSuccessPage, kRefusedPage}) {
    const Template page = Template::load(config.template_dir, file);
    for (const std::string& fault : page_faults(page.text(), site)) {
      faults.push_back("TEMPLATE_DIR has " + find_in(config.template_dir, file) + " with " + fault);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

}  // namespace

CallbackPages::CallbackPages(const Config& config) {
  check(config);
  const Template done = Template::load(config.template_dir, kSuccessPage);
  const Template not_done = Template::load(config.template_dir, kRefusedPage);
  success = html_page(done.render({}), config.frame_ancestors);
  const auto page = [&](const char* outcome, const char* title, const char* text,
                        const char* title_en, const char* text_en) {
    return html_page(not_done.render({{"outcome", outcome},
                                      {"title", title},
                                      {"text", text},
                                      {"title_en", title_en},
                                      {"text_en", text_en}}),
                     config.frame_ancestors);
  };
  const auto elsewhere = [&](const char* outcome) {
    return page(outcome, "登录未完成", "请在发起登录的浏览器中扫码，或换一个二维码",
                "Not logged in",
                "Scan the code in the browser where the login began, or get a new one.");
  };
  refused = page("refused", "已取消登录", "请在原来的页面上换一个二维码", "Login cancelled",
                 "Get a new QR code on the login page.");
  other_browser = elsewhere("other-browser");
  led_back_ = elsewhere("led-back");
}

std::optional<Response> CallbackPages::led_back(const Request& request) const {
  if (request.query("again") || !LoginCookie(request.header("Cookie")).hashes().empty()) {
    return std::nullopt;
  }
  return Response(led_back_).with("Refresh", "0; url=" + callback_query(request) + "&again=1");
}

}  // namespace scanlogin
