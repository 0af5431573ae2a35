#include "api/login_list.h"

#include <string>
#include <utility>

namespace scanlogin {
namespace {

// By the advice of Mozilla's "Browser detection using the user agent": phones have "Mobi" in it,
// and so have tablets, but for those whose browsers ask for the desktop's pages.
bool is_phone(const Request& request) {
  const std::string hint = request.header("Sec-CH-UA-Mobile");
  if (hint == "?0" || hint == "?1") return hint == "?1";
  return request.header("User-Agent").find("Mobi") != std::string::npos;
}

const char* name_of(LoginKind kind) { return kind == LoginKind::scan ? "scan" : "redirect"; }

}  // namespace

Response login_list(const std::vector<LoginWay>& ways, const Request& request) {
  const bool phone = is_phone(request);
  Json providers = Json::array();
  for (const LoginWay& way : ways) {
    providers.push(
        Json::object()
            .with("name", way.provider.name)
            .with("kind", name_of(way.kind))
            .with("label",
                  Json::object().with("zh", way.provider.label_zh).with("en", way.provider.label))
            .with("here", way.kind != LoginKind::scan || !phone));
  }
  return data_response(Json::object().with("providers", std::move(providers)))
      .with("Vary", "User-Agent, Sec-CH-UA-Mobile");
}

}  // namespace scanlogin
