#include "domain/providers/oidc_provider.h"

#include <chrono>
#include <utility>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/text.h"
#include "base/url.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestCode = 4096;
constexpr std::size_t kLongestIdentity = 200;  // user_oauth.oauth_id's width

std::string settings_of(const oidc::Settings& settings) {
  const std::string prefix = ascii_upper(settings.name);
  return prefix + "_CLIENT_ID and " + prefix + "_CLIENT_SECRET";
}

std::string code_challenge(const std::string& verifier) {
  return base64url_encode(sha256(verifier));  // RFC 7636 section 4.2
}

// Each is form-encoded before they are joined (RFC 6749 section 2.3.1).
std::string basic_credentials(const oidc::Settings& settings) {
  return base64_encode(percent_encode(settings.client_id) + ":" +
                       percent_encode(settings.client_secret));
}

jwt::Time now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

OidcProvider::OidcProvider(oidc::Settings settings, int connections)
    : settings_(std::move(settings)),
      settings_to_check_(settings_of(settings_)),
      unavailable_msg_(settings_.label_zh + "暂不可用，请稍后再试"),
      facts_{.name = settings_.name,
             .label = settings_.label,
             .label_zh = settings_.label_zh,
             .settings = settings_to_check_,
             .longest_code = kLongestCode,
             .identity_type = settings_.name,
             .unavailable_code = "provider-unavailable",
             .unavailable_msg = unavailable_msg_},
      http_(settings_.timeout, connections, settings_.ca_file),
      calls_(settings_.name),
      discovery_([this] { return fetch_discovery(); }),
      keys_([this] { return fetch_keys(); }) {}

std::string OidcProvider::authorize_url(const Redirection& redirection) {
  const std::string& endpoint = discovery_.get()->authorization_endpoint;
  return endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
         "response_type=code&client_id=" + percent_encode(settings_.client_id) +
         "&redirect_uri=" + percent_encode(redirection.redirect_uri) +
         "&scope=" + percent_encode(settings_.scope) +
         "&state=" + percent_encode(redirection.state) +
         "&nonce=" + percent_encode(redirection.nonce) +
         "&code_challenge=" + code_challenge(redirection.code_verifier) +
         "&code_challenge_method=S256";
}

bool OidcProvider::may_call_back(const std::optional<std::string>& iss) {
  const auto provider = discovery_.get();
  if (!iss) return !provider->callback_names_issuer;
  return oidc::is_same_issuer(provider->issuer, *iss, "");
}

std::variant<Grant, Refusal> OidcProvider::exchange(std::string_view code,
                                                    const Redirection& redirection) {
  const auto provider = discovery_.get();
  auto reply = calls_.counted("token", [&] {
    return oidc::parse_token_reply(http_.send(token_request(*provider, code, redirection)));
  });
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  auto& tokens = std::get<oidc::TokenReply>(reply);
  const oidc::IdToken token = verified(tokens.id_token, *provider, redirection.nonce);
  if (token.subject.size() > kLongestIdentity) {
    throw Error(ErrorKind::upstream, "the id_token has a sub over 200 characters");
  }
  if (provider->userinfo_endpoint.empty()) tokens.access_token.clear();
  return Grant{oidc::to_text({.issuer = settings_.issuer,
                              .subject = token.subject,
                              .access_token = std::move(tokens.access_token),
                              .profile = oidc::make_profile(token.name, token.picture)})};
}

bool OidcProvider::is_grant(const Grant& grant) const {
  return oidc::parse_kept_grant(grant.text, settings_.issuer).has_value();
}

std::variant<Person, Refusal> OidcProvider::person(const Grant& grant) {
  const oidc::KeptGrant kept = oidc::parse_kept_grant(grant.text, settings_.issuer).value();
  const auto provider = discovery_.get();
  if (provider->userinfo_endpoint.empty() || kept.access_token.empty()) {
    return person_of(kept.subject, kept.profile);
  }
  auto reply = calls_.counted("userinfo", [&] {
    return oidc::parse_userinfo(
        http_.send({.url = provider->userinfo_endpoint,
                    .headers = {{"Authorization", "Bearer " + kept.access_token},
                                {"Accept", "application/json"}}}),
        kept.subject);
  });
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  auto& profile = std::get<oidc::Profile>(reply);
  if (profile.nickname.empty()) profile.nickname = kept.profile.nickname;
  if (profile.avatar_url.empty()) profile.avatar_url = kept.profile.avatar_url;
  return person_of(kept.subject, profile);
}

oidc::Discovery OidcProvider::fetch_discovery() {
  return oidc::parse_discovery(
      fetch("discovery", oidc::discovery_url(settings_.issuer), "the discovery document"),
      settings_.issuer);
}

oidc::Jwks OidcProvider::fetch_keys() {
  return oidc::parse_jwks(fetch("jwks", discovery_.get()->jwks_uri, "the key set"));
}

std::string OidcProvider::fetch(const char* call, const std::string& url, const char* what) {
  auto body = calls_.counted(call, [&]() -> std::variant<std::string, Refusal> {
    HttpResponse reply = http_.send({.url = url, .headers = {{"Accept", "application/json"}}});
    if (reply.status != 200) {
      throw Error(ErrorKind::upstream,
                  std::string(what) + " comes with status " + std::to_string(reply.status));
    }
    return std::move(reply.body);
  });
  return std::get<std::string>(std::move(body));
}

HttpRequest OidcProvider::token_request(const oidc::Discovery& provider, std::string_view code,
                                        const Redirection& redirection) const {
  HttpRequest request{.method = HttpMethod::post,
                      .url = provider.token_endpoint,
                      .headers = {{"Accept", "application/json"}},
                      .content_type = "application/x-www-form-urlencoded",
                      .body = "grant_type=authorization_code&code=" + percent_encode(code) +
                              "&redirect_uri=" + percent_encode(redirection.redirect_uri) +
                              "&code_verifier=" + percent_encode(redirection.code_verifier)};
  if (provider.client_auth == oidc::ClientAuth::basic) {
    request.headers.emplace_back("Authorization", "Basic " + basic_credentials(settings_));
  } else {
    request.body += "&client_id=" + percent_encode(settings_.client_id) +
                    "&client_secret=" + percent_encode(settings_.client_secret);
  }
  return request;
}

// With a key that is not known the provider may have changed its keys since they were fetched.
oidc::IdToken OidcProvider::verified(const std::string& id_token, const oidc::Discovery& provider,
                                     const std::string& nonce) {
  const oidc::Expected expected{.issuer = provider.issuer,
                                .algorithms = provider.algorithms,
                                .client_id = settings_.client_id,
                                .nonce = nonce};
  auto keys = keys_.get();
  auto result = oidc::verify_id_token(id_token, *keys, expected, now());
  const auto* fault = std::get_if<oidc::IdTokenFault>(&result);
  if (fault != nullptr && *fault == oidc::IdTokenFault::unknown_key) {
    keys = keys_.newer_than(keys);
    result = oidc::verify_id_token(id_token, *keys, expected, now());
    fault = std::get_if<oidc::IdTokenFault>(&result);
  }
  if (fault != nullptr) {
    throw Error(ErrorKind::upstream, "the id_token " + std::string(oidc::reason(*fault)));
  }
  return std::get<oidc::IdToken>(std::move(result));
}

Person OidcProvider::person_of(const std::string& subject, const oidc::Profile& profile) const {
  return {.identities = {{settings_.name, subject}},
          .nickname = profile.nickname,
          .avatar_url = profile.avatar_url,
          .gender = "",
          .told_profile = !profile.nickname.empty() || !profile.avatar_url.empty()};
}

}  // namespace scanlogin
