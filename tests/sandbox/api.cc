#include "api.h"

#include "base/json.h"
#include "faults.h"
#include "people.h"
#include "wire.h"

namespace scanlogin::sandbox {
namespace {

constexpr std::size_t kLongestCode = 512;
constexpr std::chrono::minutes kWebsiteCodeLife{10};
constexpr std::chrono::minutes kCodeLife{5};

Outcome refuse(int errcode) {
  return {wire_response(WireObject()
                            .number("errcode", errcode)
                            .text("errmsg", with_hints(errmsg_of(errcode)))
                            .json())};
}

Outcome refuse_userinfo(int errcode) {
  return {wire_response(
      WireObject().number("errcode", errcode).text("errmsg", with_rid(errmsg_of(errcode))).json())};
}

Outcome refuse_script(const std::string& problem) {
  return {wire_response(
      WireObject().number("errcode", 40029).text("errmsg", "invalid code: " + problem).json())};
}

// The nickname between raw control characters, U+0000 to U+001F, where the script wants them.
std::string nickname_json(const Script& script) {
  std::string json = wire_string(script.nickname);
  if (!script.control) return json;
  std::string before;
  std::string after;
  for (char c = 0; c < 0x20; ++c) (c < 0x10 ? before : after) += c;
  return json.insert(json.size() - 1, after).insert(1, before);
}

std::string profile_json(const Script& script, const Faults& faults) {
  const std::string& openid = script.openid;
  WireObject object(faults.missing);
  object.text("openid", script.openid_mismatch ? openid_of("not " + openid) : openid)
      .raw("nickname", nickname_json(script))
      .number("sex", script.sex)
      .text("language", "")
      .text("city", "")
      .text("province", "")
      .text("country", "")
      .text("headimgurl", script.avatar)
      .raw("privilege", "[]");
  if (!script.unionid.empty()) object.text("unionid", script.unionid);
  add_to(object, faults);
  return object.json();
}

const char* scope_of(const Script& script, bool website) {
  if (website) return "snsapi_login";
  return script.silent ? "snsapi_base" : "snsapi_userinfo";
}

bool older_than(Grant::Clock::time_point when, std::chrono::seconds life) {
  return Grant::Clock::now() - when > life;
}

}  // namespace

const Credentials* Api::app_of(const Request& request,
                               std::initializer_list<const Credentials*> apps) const {
  const std::string appid = request.query("appid").value_or("");
  for (const Credentials* app : apps) {
    if (!appid.empty() && app->appid == appid) return app;
  }
  return nullptr;
}

int Api::refusal_of(const Request& request, const Credentials* app, const char* code_name) {
  const std::optional<std::string> secret = request.query("secret");
  if (!request.query("appid")) return 41002;
  if (app == nullptr) return 40013;
  if (!secret) return 41004;
  if (*secret != app->secret) return 40125;
  if (request.query("grant_type") != "authorization_code") return 40002;
  if (!request.query(code_name)) return 41008;
  return 0;
}

Outcome Api::access_token(const Request& request) {
  return first_call(request, app_of(request, {&apps_.website, &apps_.account}), "code");
}

Outcome Api::jscode2session(const Request& request) {
  return first_call(request, app_of(request, {&apps_.mini}), "js_code");
}

Outcome Api::first_call(const Request& request, const Credentials* app, const char* code_name) {
  const std::string code = request.query(code_name).value_or("");
  if (code.size() > kLongestCode) return refuse(40029);
  Grant* grant = code.empty() ? nullptr : &ledger_.at(code, origin_of(request));
  if (grant != nullptr) ++grant->access_token_calls;
  if (const int errcode = refusal_of(request, app, code_name); errcode != 0) {
    log_.info("code refused", {{"errcode", errcode}});
    return refuse(errcode);
  }
  if (!grant->problem.empty()) {
    log_.warning("test code not understood", {{"problem", grant->problem}});
    return refuse_script(grant->problem);
  }
  const auto life = app == &apps_.website ? kWebsiteCodeLife : kCodeLife;
  if (!grant->script || older_than(grant->minted, life)) return refuse(40029);
  if (grant->appid.empty()) grant->appid = app->appid;
  if (grant->appid != app->appid) return refuse(40029);

  Faults faults = grant->script->access_token;
  if (!concerns(faults, grant->access_token_calls)) faults = {};
  std::optional<Response> fault = replacement(faults, request);
  if (fault && grant->script->spent && !grant->spent) ledger_.spend(code);
  return fault ? delayed(faults, *std::move(fault)) : exchange(code, *grant, faults);
}

Outcome Api::exchange(const std::string& code, Grant& grant, const Faults& faults) {
  if (grant.spent) return refuse(40163);
  ledger_.spend(code);
  Script& script = *grant.script;
  if (grant.appid == apps_.mini.appid) {
    script.openid = openid_at("oA_", script.openid);
    return delayed(faults, wire_response(session_json(script, faults)));
  }
  const bool website = grant.appid == apps_.website.appid;
  if (!website) script.openid = openid_at("oM_", script.openid);
  WireObject object(faults.missing);
  object.text("access_token", grant.access_token)
      .number("expires_in", 7200)
      .text("refresh_token", "refresh_" + grant.access_token)
      .text("openid", script.openid);
  if (!script.no_scope) object.text("scope", scope_of(script, website));
  if (script.silent && !script.silent_unionid) script.unionid.clear();
  if (script.snapshot) object.number("is_snapshotuser", 1);
  if (!script.unionid.empty()) object.text("unionid", script.unionid);
  add_to(object, faults);
  return delayed(faults, wire_response(object.json()));
}

std::string Api::session_json(const Script& script, const Faults& faults) const {
  WireObject object(faults.missing);
  object.text("openid", script.openid).text("session_key", "c2FuZGJveCBzZXNzaW9uIQ==");
  if (!script.unionid.empty()) object.text("unionid", script.unionid);
  add_to(object, faults);
  return object.json();
}

Response Api::mini_code(const Request& request) {
  auto script = parse_script(request.query("with").value_or(""), "zhangsan", origin_of(request));
  if (const auto* fault = std::get_if<ScriptFault>(&script)) {
    return json_response(400, Json::object().with("problem", fault->problem));
  }
  return json_response(
      200, Json::object().with(
               "code", ledger_.mint(std::get<Script>(std::move(script)), apps_.mini.appid)));
}

Outcome Api::userinfo(const Request& request) {
  const std::optional<std::string> token = request.query("access_token");
  const std::optional<std::string> openid = request.query("openid");
  if (!token) return refuse_userinfo(41001);
  Grant* grant = ledger_.find_by_token(*token);
  if (grant == nullptr) return refuse_userinfo(40014);
  ++grant->userinfo_calls;
  if (older_than(grant->token_issued, Ledger::kTokenLife)) return refuse_userinfo(42001);
  if (!openid) return refuse_userinfo(41009);
  if (*openid != grant->script->openid) return refuse_userinfo(40003);
  if (grant->script->silent) return refuse_userinfo(48001);

  Faults faults = grant->script->userinfo;
  if (!concerns(faults, grant->userinfo_calls)) faults = {};
  std::optional<Response> fault = replacement(faults, request);
  return delayed(faults,
                 fault ? *std::move(fault) : wire_response(profile_json(*grant->script, faults)));
}

Response Api::calls(const Request& request) const {
  const Grant* grant = ledger_.find(request.query("code").value_or(""));
  return json_response(200,
                       Json::object()
                           .with("access_token", grant == nullptr ? 0 : grant->access_token_calls)
                           .with("userinfo", grant == nullptr ? 0 : grant->userinfo_calls));
}

std::string origin_of(const Request& request) {
  const std::string_view scheme = request.parameter("REQUEST_SCHEME");
  return std::string(scheme == "https" ? "https://" : "http://") + request.header("Host");
}

}  // namespace scanlogin::sandbox
