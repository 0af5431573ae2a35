#include "page.h"

#include <algorithm>
#include <cctype>

#include "api.h"
#include "base/cookies.h"
#include "base/crypto.h"
#include "base/url.h"
#include "directives.h"
#include "outcome.h"
#include "qrcode.h"

namespace scanlogin::sandbox {
namespace {

constexpr std::string_view kQrcodes = "/connect/qrcode/";
constexpr std::string_view kAccount = "mp";
// The cookie that says whose phone it is: directives.
constexpr std::string_view kPhone = "phone";
constexpr std::string_view kOnPhone = "/connect/confirm-on-phone/";
constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

Response fresh(std::string content_type, std::string body) {
  return typed_response(200, std::move(content_type), std::move(body))
      .with("Cache-Control", "no-store");
}

Response html(std::string body) { return fresh("text/html; charset=utf-8", std::move(body)); }

std::optional<std::string_view> uuid_behind(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  return path.size() <= 64 && is_word(path) ? std::optional(path) : std::nullopt;
}

// An absolute http or https URL in ASCII without spaces, so that it can stand in a header.
bool is_web_url(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return false;
  return std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// WeChat's own browser, also on a desktop; WeCom's has the same name in its own, and is another.
bool is_weixin_browser(const Request& request) {
  const std::string agent = request.header("User-Agent");
  return agent.find("MicroMessenger") != std::string::npos &&
         agent.find("wxwork") == std::string::npos;
}

// WeChat wants its parameters in this order, and no others.
bool has_names_in_order(std::string_view query) {
  constexpr std::string_view kNames[] = {
      "appid=", "redirect_uri=", "response_type=", "scope=", "state="};
  for (const std::string_view name : kNames) {
    if (!query.starts_with(name)) return false;
    query.remove_prefix(std::min(query.find('&'), query.size() - 1) + 1);
  }
  return query.empty() || query == "forcePopup=true";
}

bool is_state(std::string_view state) {
  return !state.empty() && state.size() <= 128 &&
         std::all_of(state.begin(), state.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

bool is_lite(const Request& request) { return request.query("stylelite") == "1"; }

// Classes of the page's root element.
std::string look_of(const Request& request) {
  std::string look = request.query("style") == "white" ? "white" : "black";
  return is_lite(request) ? look + " lite" : look;
}

// The site's own stylesheet: `href`, or one with nothing in it.
std::string stylesheet_of(const Request& request) {
  const std::string href = request.query("href").value_or("");
  const bool is_css =
      is_web_url(href) || href.starts_with("data:text/css,") || href.starts_with("data:text/css;");
  return is_css && !is_lite(request) ? href : "data:text/css,";
}

}  // namespace

Page::Page(Apps apps, const std::string& template_dir, Ledger& ledger)
    : apps_(std::move(apps)),
      qrconnect_(Template::load(template_dir, "qrconnect.html")),
      expired_(Template::load(template_dir, "expired.html")),
      message_(Template::load(template_dir, "message.html")),
      twice_(Template::load(template_dir, "twice.html")),
      script_(Template::load(template_dir, "wxLogin.js").render({})),
      stylesheet_(Template::load(template_dir, "qrconnect.css").render({})),
      ledger_(ledger) {}

std::optional<Response> Page::at(std::string_view path, const Request& request) {
  if (path == "/connect/qrconnect") return with_qrcode(qrconnect_, request);
  if (path == "/connect/expired") return with_qrcode(expired_, request);
  if (path == "/connect/oauth2/authorize") return authorize(request);
  if (path == "/connect/confirm") return confirm(request);
  if (path == "/sandbox/mini") {
    return html(chooser(qrconnect_, request, "/sandbox/mini/code?", "black phone mini"));
  }
  if (path == "/connect/zh_CN/htmledition/js/wxLogin.js") {
    return fresh("text/javascript; charset=utf-8", script_);
  }
  if (path == "/connect/zh_CN/htmledition/style/qrconnect.css") {
    return fresh("text/css; charset=utf-8", stylesheet_);
  }
  if (const auto uuid = uuid_behind(kQrcodes, path)) {
    std::string svg = qrcode_svg(origin_of(request).append(kOnPhone).append(*uuid));
    if (!svg.empty()) return typed_response(200, "image/svg+xml", std::move(svg));
  }
  if (uuid_behind(kOnPhone, path)) {
    return message(
        "微信沙箱 · WeChat sandbox",
        "这里没有真的微信：请在显示二维码的页面上点选扫码的人。No real WeChat here: choose "
        "who scans on the page that shows the QR code.");
  }
  return std::nullopt;
}

Response Page::with_qrcode(const Template& page, const Request& request) const {
  const std::string redirect_uri = request.query("redirect_uri").value_or("");
  if (request.query("appid") != apps_.website.appid) return error("AppID 参数错误");
  if (!is_web_url(redirect_uri)) return error("redirect_uri 参数错误");
  if (request.query("scope") != "snsapi_login") return error("Scope 参数错误或没有 Scope 权限");

  std::string confirm = with_parameter("confirm", "redirect_uri", redirect_uri);
  if (const auto state = request.query("state")) {
    confirm = with_parameter(confirm, "state", *state);
  }
  return html(chooser(page, request, std::move(confirm), look_of(request)));
}

std::string Page::chooser(const Template& page, const Request& request, std::string confirm,
                          std::string_view look) const {
  return page.render({{"confirm", confirm},
                      {"target", request.query("self_redirect") == "true" ? "_self" : "_top"},
                      {"uuid", random_text(16, kLettersAndDigits)},
                      {"query", request.parameter("QUERY_STRING")},
                      {"look", std::string(look)},
                      {"stylesheet", stylesheet_of(request)}});
}

Response Page::authorize(const Request& request) {
  if (!is_weixin_browser(request)) return error("请在微信客户端打开链接");
  if (!has_names_in_order(request.parameter("QUERY_STRING"))) return error("链接参数顺序错误");
  const std::string redirect_uri = request.query("redirect_uri").value_or("");
  const std::string state = request.query("state").value_or("");
  const std::string scope = request.query("scope").value_or("");
  if (apps_.account.appid.empty() || request.query("appid") != apps_.account.appid) {
    return error("AppID 参数错误 (10016)");
  }
  if (!is_web_url(redirect_uri)) return error("redirect_uri 域名与后台配置不一致 (10003)");
  if (request.query("response_type") != "code") return error("response_type 参数错误");
  if (!is_state(state)) return error("state 参数错误");
  if (scope == "snsapi_base") {
    const std::string cookies = request.header("Cookie");
    const auto phones = cookie_values(cookies, kPhone);
    const std::string whose(phones.empty() ? "person=zhangsan" : phones.front());
    auto url = with_code(request, whose + ".silent", apps_.account.appid);
    if (const auto* fault = std::get_if<ScriptFault>(&url)) return error(fault->problem);
    return redirect_response(std::get<std::string>(std::move(url)))
        .with("Cache-Control", "no-store");
  }
  if (scope != "snsapi_userinfo") return error("Scope 参数错误或没有 Scope 权限 (10005)");
  std::string confirm = with_parameter("/connect/confirm", "redirect_uri", redirect_uri);
  confirm = with_parameter(with_parameter(confirm, "state", state), "app", kAccount);
  return html(chooser(qrconnect_, request, std::move(confirm), "black phone"));
}

std::variant<std::string, ScriptFault> Page::with_code(const Request& request,
                                                       const std::string& directives,
                                                       const std::string& appid) {
  auto script = parse_script(directives, "zhangsan", origin_of(request));
  if (auto* fault = std::get_if<ScriptFault>(&script)) return std::move(*fault);
  std::string url = with_parameter(request.query("redirect_uri").value_or(""), "code",
                                   ledger_.mint(std::get<Script>(std::move(script)), appid));
  const auto state = request.query("state");
  return state ? with_parameter(url, "state", *state) : url;
}

Response Page::confirm(const Request& request) {
  const std::string redirect_uri = request.query("redirect_uri").value_or("");
  if (!is_web_url(redirect_uri)) return error("redirect_uri 参数错误");
  const auto directives = request.query("with");
  if (!directives) {
    const auto state = request.query("state");
    return redirect_response(state ? with_parameter(redirect_uri, "state", *state) : redirect_uri)
        .with("Cache-Control", "no-store");
  }
  const bool at_account = request.query("app") == kAccount;
  const std::string& appid = at_account ? apps_.account.appid : apps_.website.appid;
  auto url = with_code(request, *directives, appid);
  if (const auto* fault = std::get_if<ScriptFault>(&url)) return error(fault->problem);
  if (request.query("twice")) {
    auto again = with_code(request, *directives, appid);
    return html(twice_.render({{"first", std::get<std::string>(std::move(url))},
                               {"second", std::get<std::string>(std::move(again))}}));
  }
  Response response =
      redirect_response(std::get<std::string>(std::move(url))).with("Cache-Control", "no-store");
  if (!at_account) return response;
  return std::move(response).with("Set-Cookie",
                                  std::string(kPhone) + "=" + *directives + "; Path=/connect");
}

Response Page::error(std::string_view problem) const {
  return message("Oops! Something went wrong:(", problem);
}

Response Page::message(std::string_view heading, std::string_view text) const {
  return html(message_.render({{"heading", heading}, {"text", text}}));
}

std::string with_parameter(std::string_view url, std::string_view name, std::string_view value) {
  const std::string_view base = url.substr(0, url.find('#'));
  std::string longer(base);
  if (base.find('?') == std::string_view::npos) {
    longer += '?';
  } else if (!base.ends_with('?') && !base.ends_with('&')) {
    longer += '&';
  }
  longer += name;
  longer += '=';
  longer += percent_encode(value);
  return longer.append(url.substr(base.size()));
}

}  // namespace scanlogin::sandbox
