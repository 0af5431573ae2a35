#include "domain/login/login_outcome.h"

#include "base/crypto.h"
#include "base/json.h"
#include "base/jwt.h"

namespace scanlogin {
namespace {

struct Texts {
  Json operator()(const NothingScanned&) const { return Json::object(); }
  Json operator()(const LoggedIn& in) const {
    return Json::object()
        .with("token", jwt::without_signature(in.token))
        .with("sha256", sha256_hex(in.token));
  }
  Json operator()(const Cancelled&) const { return Json::object().with("cancelled", 1); }
  Json operator()(const ConsentNeeded&) const { return Json::object().with("consent", 1); }
  Json operator()(const Refusal& refusal) const {
    return std::visit(
        [&](const auto& code) {
          return Json::object().with("errcode", code).with("errmsg", refusal.msg);
        },
        refusal.code);
  }
  Json operator()(const Linked& linked) const {
    return Json::object().with("linked", linked.provider);
  }
  Json operator()(const IdentityTaken&) const { return Json::object().with("taken", 1); }
  Json operator()(const Banned& banned) const { return Json::object().with("banned", banned.user); }
};

}  // namespace

std::string to_text(const LoginOutcome& outcome) { return std::visit(Texts(), outcome).text(); }

std::optional<LoginOutcome> parse_outcome(std::string_view text, const KeyRing& keys) {
  const std::optional<Json> json = Json::parse(text);
  if (!json) return std::nullopt;
  for (std::string& token : jwt::with_signatures(json->string("token").value_or(""), keys)) {
    if (json->string("sha256") == sha256_hex(token)) return LoggedIn{std::move(token)};
  }
  if (json->has("cancelled")) return Cancelled{};
  if (json->has("consent")) return ConsentNeeded{};
  const std::string msg = json->string("errmsg").value_or("");
  if (const auto code = json->integer("errcode")) return Refusal{.code = *code, .msg = msg};
  if (const auto code = json->string("errcode")) return Refusal{.code = *code, .msg = msg};
  if (auto provider = json->string("linked")) return Linked{*std::move(provider)};
  if (json->has("taken")) return IdentityTaken{};
  if (const auto user = json->integer("banned")) return Banned{*user};
  return std::nullopt;
}

}  // namespace scanlogin
