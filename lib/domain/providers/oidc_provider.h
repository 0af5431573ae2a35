#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clients/http_client.h"
#include "domain/providers/fetched_document.h"
#include "domain/providers/id_token.h"
#include "domain/providers/jwks.h"
#include "domain/providers/oidc_discovery.h"
#include "domain/providers/oidc_replies.h"
#include "domain/providers/oidc_settings.h"
#include "domain/providers/provider.h"
#include "domain/providers/provider_calls.h"

namespace scanlogin {

// A provider that speaks OpenID Connect, known by its issuer alone: its endpoints and keys are what
// it publishes (domain/providers/oidc_discovery.h, jwks.h). A login is a redirect with a code, with
// state, nonce and PKCE (OpenID Connect Core 1.0 section 3.1). A person is `sub`; the identity's
// type is the provider's name. It has to live as long as whatever has its facts.
class OidcProvider : public Provider {
 public:
  // connections: to the provider, at a time.
  OidcProvider(oidc::Settings settings, int connections);

  const ProviderFacts& facts() const noexcept override { return facts_; }
  // Six calls: the document, the code, the keys and, where those have changed, the keys again; then
  // the document, should its hour end in between, and userinfo.
  std::chrono::milliseconds time_limit() const noexcept override { return 6 * settings_.timeout; }

  // The authorization endpoint, asked for a code (OpenID Connect Core 1.0 section 3.1.2.1).
  std::string authorize_url(const Redirection& redirection) override;

  // `iss` is equal to the issuer, and there if the provider says that it always is.
  bool may_call_back(const std::optional<std::string>& iss) override;

  // Asks the token endpoint and verifies the id_token, which has to be good for the login's nonce
  // (OpenID Connect Core 1.0 section 3.1.3). One that is not is an Error(upstream), since the
  // provider itself sent it; so is a `sub` over 200 characters, which user_oauth cannot hold.
  std::variant<Grant, Refusal> exchange(std::string_view code,
                                        const Redirection& redirection) override;
  bool is_grant(const Grant& grant) const override;
  // Asks userinfo, if the provider has one, for name and picture; what it does not say is taken
  // from the id_token.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 private:
  oidc::Discovery fetch_discovery();
  oidc::Jwks fetch_keys();
  std::string fetch(const char* call, const std::string& url, const char* what);
  HttpRequest token_request(const oidc::Discovery& provider, std::string_view code,
                            const Redirection& redirection) const;
  oidc::IdToken verified(const std::string& id_token, const oidc::Discovery& provider,
                         const std::string& nonce);
  Person person_of(const std::string& subject, const oidc::Profile& profile) const;

  const oidc::Settings settings_;
  const std::string settings_to_check_;
  const std::string unavailable_msg_;
  const ProviderFacts facts_;
  HttpClient http_;
  ProviderCalls calls_;
  FetchedDocument<oidc::Discovery> discovery_;
  FetchedDocument<oidc::Jwks> keys_;
};

}  // namespace scanlogin
