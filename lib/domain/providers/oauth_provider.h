#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clients/http_client.h"
#include "domain/providers/oauth_settings.h"
#include "domain/providers/placeholders.h"
#include "domain/providers/provider.h"
#include "domain/providers/provider_calls.h"

namespace scanlogin::oauth {

// A provider of OAuth 2.0 (RFC 6749 section 4.1) as a file describes it
// (domain/providers/provider_file.h). Its types of identities: domain/providers/oauth_replies.h.
// The texts of facts() and of refusals live as long as the object, which lives as long as its
// process.
class OAuthProvider : public Provider {
 public:
  // connections: to the provider, at a time.
  OAuthProvider(Settings settings, int connections);
  OAuthProvider(const OAuthProvider&) = delete;
  OAuthProvider& operator=(const OAuthProvider&) = delete;

  const ProviderFacts& facts() const noexcept override { return facts_; }
  // One timeout for each call.
  std::chrono::milliseconds time_limit() const noexcept override;

  // Blocks never.
  std::string authorize_url(const Redirection& redirection) override;
  const std::vector<std::string>& code_parameters() const noexcept override;

  // The token call. A refusal never passes: the code may be spent.
  std::variant<Grant, Refusal> exchange(std::string_view code,
                                        const Redirection& redirection) override;
  bool is_grant(const Grant& grant) const override;
  // The calls about the person. A refusal's message is left out where it repeats a secret.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 private:
  // The provider's texts, of which the facts are views.
  struct FactTexts {
    std::string settings;
    std::string identity_type;
    std::string union_type;
    std::string unavailable_msg;
  };
  static FactTexts texts_of(const Description& description);
  ProviderFacts facts_of() const noexcept;

  // Makes the call; `values` and what it finds.
  std::variant<Values, Refusal> ask(const char* name, const Call& call, Values values);

  const Settings settings_;
  const FactTexts texts_;
  const ProviderFacts facts_;
  HttpClient http_;
  ProviderCalls calls_;
};

}  // namespace scanlogin::oauth
