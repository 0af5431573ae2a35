#include "api/login_list.h"

#include <string>
#include <utility>

#include "domain/providers/weixin_account.h"

namespace scanlogin {
namespace {

// By the advice of Mozilla's "Browser detection using the user agent": phones have "Mobi" in it,
// and so have tablets, but for those whose browsers ask for the desktop's pages.
bool is_phone(const Request& request) {
  const std::string hint = request.header("Sec-CH-UA-Mobile");
  if (hint == "?0" || hint == "?1") return hint == "?1";
  return request.header("User-Agent").find("Mobi") != std::string::npos;
}

// WeChat's own browser. WeCom's has the same name in its own, and is another.
bool is_weixin(const Request& request) {
  const std::string agent = request.header("User-Agent");
  return agent.find("MicroMessenger") != std::string::npos &&
         agent.find("wxwork") == std::string::npos;
}

bool works_here(const LoginWay& way, const Request& request) {
  switch (way.kind) {
    case LoginKind::scan:
      return !is_phone(request);
    case LoginKind::redirect:
      break;
    case LoginKind::code:
      return false;  // in no browser
  }
  return way.provider.name != weixin::OfficialAccount::kFacts.name || is_weixin(request);
}

const char* name_of(LoginKind kind) {
  switch (kind) {
    case LoginKind::scan:
      return "scan";
    case LoginKind::redirect:
      return "redirect";
    case LoginKind::code:
      break;
  }
  return "code";
}

}  // namespace

Response login_list(const std::vector<LoginWay>& ways, const Request& request) {
  Json providers = Json::array();
  for (const LoginWay& way : ways) {
    providers.push(
        Json::object()
            .with("name", way.provider.name)
            .with("kind", name_of(way.kind))
            .with("label",
                  Json::object().with("zh", way.provider.label_zh).with("en", way.provider.label))
            .with("here", works_here(way, request)));
  }
  return data_response(Json::object().with("providers", std::move(providers)))
      .with("Vary", "User-Agent, Sec-CH-UA-Mobile");
}

}  // namespace scanlogin
