#include "domain/providers/oidc_discovery.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "base/origin.h"
#include "base/text.h"
#include "base/url.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oidc {
namespace {

constexpr std::size_t kLargestDocument = 64 * 1024;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestQuoted = 200;
constexpr std::size_t kLongestTenant = 64;
constexpr std::string_view kTenant = "{tenantid}";
constexpr std::array<std::string_view, 2> kShared = {"common", "organizations"};

using Texts = std::vector<std::string>;

[[noreturn]] void broken(const std::string& what) {
  throw Error(ErrorKind::upstream, "the discovery document " + what);
}

bool is_loopback(const Origin& origin) {
  return origin.host == "localhost" || origin.host == "127.0.0.1" || origin.host == "[::1]";
}

bool is_https(std::string_view url) { return url.starts_with("https://"); }

// A list, and what the standard says of one that is not there.
Texts list(const Json& json, const char* name, const Texts& if_absent) {
  if (!json.has(name)) return if_absent;
  std::optional<Texts> texts = json.strings(name);
  if (!texts) broken("has no list of texts in " + std::string(name));
  return std::move(*texts);
}

bool has(const Texts& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

void require(const Json& json, const char* name, const Texts& if_absent, const char* wanted) {
  if (!has(list(json, name, if_absent), wanted)) {
    broken("does not have " + std::string(wanted) + " in " + name);
  }
}

// One of a provider that is reached by https is not on this machine: a document could have any of
// its programs asked.
std::string endpoint(const Json& json, const char* name, std::string_view issuer) {
  std::optional<std::string> url = json.string(name);
  if (!url || !is_endpoint(*url) || (is_https(issuer) && !is_https(*url))) {
    broken((json.has(name) ? "has an unusable " : "lacks ") + std::string(name));
  }
  return std::move(*url);
}

// What an issuer says of itself whose people come from many tenants.
bool is_template_of(std::string_view said, std::string_view issuer) {
  const std::size_t at = said.find(kTenant);
  if (at == std::string_view::npos) return false;
  return std::any_of(kShared.begin(), kShared.end(), [&](std::string_view shared) {
    return issuer == std::string(said.substr(0, at)) + std::string(shared) +
                         std::string(said.substr(at + kTenant.size()));
  });
}

std::string issuer_in(const Json& json, std::string_view issuer) {
  std::optional<std::string> said = json.string("issuer");
  if (!said) broken("lacks issuer");
  if (*said == issuer || is_template_of(*said, issuer)) return std::move(*said);
  const bool fit_to_quote = said->size() <= kLongestQuoted && is_visible_ascii(*said);
  broken("is another issuer's" + (fit_to_quote ? ": " + *said : ""));
}

ClientAuth client_auth_in(const Json& json) {
  const Texts methods =
      list(json, "token_endpoint_auth_methods_supported", {"client_secret_basic"});
  if (has(methods, "client_secret_basic")) return ClientAuth::basic;
  if (has(methods, "client_secret_post")) return ClientAuth::post;
  broken(
      "has neither client_secret_basic nor client_secret_post in "
      "token_endpoint_auth_methods_supported");
}

Texts algorithms_in(const Json& json) {
  Texts algorithms = list(json, "id_token_signing_alg_values_supported", {"RS256"});
  std::erase_if(algorithms, [](const std::string& name) {
    return name != "RS256" && name != "ES256" && name != "EdDSA";
  });
  if (algorithms.empty()) {
    broken("has none of RS256, ES256, EdDSA in id_token_signing_alg_values_supported");
  }
  return algorithms;
}

bool flag(const Json& json, const char* name) {
  if (json.has(name) && !json.boolean(name)) {
    broken("has neither true nor false in " + std::string(name));
  }
  return json.boolean(name).value_or(false);
}

// As Microsoft writes the id of one.
bool is_tenant(std::string_view text) {
  return !text.empty() && text.size() <= kLongestTenant &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

}  // namespace

bool is_endpoint(std::string_view url) {
  if (url.size() > kLongestUrl || !is_visible_ascii(url)) return false;
  const std::string_view path = url.substr(0, url.find('?'));
  const std::size_t host = host_in_url(path);
  if (host == 0 || url.find_first_of("#\"<>\\^`{|}") != std::string_view::npos) return false;
  const std::optional<Origin> origin = parse_origin(path.substr(0, path.find('/', host)));
  return origin && (origin->scheme == "https" || is_loopback(*origin));
}

bool is_issuer_url(std::string_view url) {
  return is_endpoint(url) && url.find('?') == std::string_view::npos;
}

std::string discovery_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

Discovery parse_discovery(std::string_view body, std::string_view issuer) {
  if (body.size() > kLargestDocument) broken("is over 64 KiB");
  const std::optional<Json> parsed = Json::parse(body);
  if (!parsed || !parsed->is_object()) broken("is not a JSON object");
  const Json& json = *parsed;
  Discovery found;
  found.issuer = issuer_in(json, issuer);
  found.authorization_endpoint = endpoint(json, "authorization_endpoint", issuer);
  found.token_endpoint = endpoint(json, "token_endpoint", issuer);
  if (json.has("userinfo_endpoint")) {
    found.userinfo_endpoint = endpoint(json, "userinfo_endpoint", issuer);
  }
  found.jwks_uri = endpoint(json, "jwks_uri", issuer);
  require(json, "response_types_supported", {"code"}, "code");
  require(json, "response_modes_supported", {"query"}, "query");
  require(json, "grant_types_supported", {"authorization_code"}, "authorization_code");
  // One that says nothing of PKCE takes no notice of it (RFC 6749 section 3.1).
  require(json, "code_challenge_methods_supported", {"S256"}, "S256");
  found.client_auth = client_auth_in(json);
  found.algorithms = algorithms_in(json);
  found.callback_names_issuer = flag(json, "authorization_response_iss_parameter_supported");
  return found;
}

bool is_same_issuer(std::string_view issuer, std::string_view iss, std::string_view tenant) {
  const std::size_t at = issuer.find(kTenant);
  if (at == std::string_view::npos) return iss == issuer;
  const std::string_view before = issuer.substr(0, at);
  const std::string_view behind = issuer.substr(at + kTenant.size());
  if (iss.size() < before.size() + behind.size() || !iss.starts_with(before) ||
      !iss.ends_with(behind)) {
    return false;
  }
  const std::string_view named =
      iss.substr(before.size(), iss.size() - before.size() - behind.size());
  return is_tenant(named) && (tenant.empty() || named == tenant);
}

}  // namespace scanlogin::oidc
