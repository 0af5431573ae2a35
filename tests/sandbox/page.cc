#include "page.h"

#include <algorithm>

#include "api.h"
#include "outcome.h"

namespace scanlogin::sandbox {
namespace {

Response html(std::string body) {
  return typed_response(200, "text/html; charset=utf-8", std::move(body))
      .with("Cache-Control", "no-store");
}

// An absolute http or https URL in ASCII without spaces, so that it can stand in a header.
bool is_web_url(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return false;
  return std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Page::Page(std::string appid, const std::string& template_dir, Ledger& ledger)
    : appid_(std::move(appid)),
      page_(Template::load(template_dir, "qrconnect.html")),
      error_(Template::load(template_dir, "qrconnect-error.html")),
      ledger_(ledger) {}

Response Page::qrconnect(const Request& request) const {
  const std::string redirect_uri = request.query("redirect_uri").value_or("");
  if (request.query("appid") != appid_) return error("AppID 参数错误");
  if (!is_web_url(redirect_uri)) return error("redirect_uri 参数错误");
  if (request.query("scope") != "snsapi_login") return error("Scope 参数错误或没有 Scope 权限");

  std::string confirm = with_parameter("confirm", "redirect_uri", redirect_uri);
  if (const auto state = request.query("state")) {
    confirm = with_parameter(confirm, "state", *state);
  }
  const std::string_view target = request.query("self_redirect") == "true" ? "_self" : "_top";
  return html(page_.render({{"confirm", confirm}, {"target", target}}));
}

Response Page::confirm(const Request& request) {
  std::string url = request.query("redirect_uri").value_or("");
  if (!is_web_url(url)) return error("redirect_uri 参数错误");
  if (const auto directives = request.query("with")) {
    auto script = parse_script(*directives, "zhangsan", origin_of(request));
    if (const auto* fault = std::get_if<ScriptFault>(&script)) return error(fault->problem);
    url = with_parameter(url, "code", ledger_.mint(std::get<Script>(std::move(script))));
  }
  if (const auto state = request.query("state")) url = with_parameter(url, "state", *state);
  return redirect_response(std::move(url)).with("Cache-Control", "no-store");
}

Response Page::error(std::string_view problem) const {
  return html(error_.render({{"problem", problem}}));
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
