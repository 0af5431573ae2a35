#include "domain/providers/oauth_provider.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "domain/providers/oauth_replies.h"
#include "domain/providers/oauth_requests.h"

namespace scanlogin::oauth {
namespace {

// Some providers repeat what was wrong with a question.
void hide_secrets(Refusal& refusal, const Values& values) {
  constexpr std::array<std::string_view, 4> kPublic = {"client_id", "redirect_uri", "id", "union"};
  constexpr std::size_t kShortest = 8;  // else any text might hold it
  const bool repeats = std::any_of(values.begin(), values.end(), [&](const auto& value) {
    const auto& [name, text] = value;
    return std::find(kPublic.begin(), kPublic.end(), name) == kPublic.end() &&
           text.size() >= kShortest && refusal.msg.find(text) != std::string::npos;
  });
  if (repeats) refusal.msg.clear();
}

}  // namespace

OAuthProvider::FactTexts OAuthProvider::texts_of(const Description& description) {
  const std::string prefix = ascii_upper(description.name);
  return {.settings = prefix + "_CLIENT_ID and " + prefix + "_CLIENT_SECRET",
          .identity_type = oauth::identity_type(description),
          .union_type = oauth::union_type(description),
          .unavailable_msg = description.label_zh + "服务暂不可用，请稍后再试"};
}

ProviderFacts OAuthProvider::facts_of() const noexcept {
  return {.name = settings_.description.name,
          .label = settings_.description.label,
          .label_zh = settings_.description.label_zh,
          .settings = texts_.settings,
          .longest_code = settings_.description.longest_code,
          .identity_type = texts_.identity_type,
          .union_type = texts_.union_type,
          .unavailable_code = "provider-unavailable",
          .unavailable_msg = texts_.unavailable_msg};
}

OAuthProvider::OAuthProvider(Settings settings, int connections)
    : settings_(std::move(settings)),
      texts_(texts_of(settings_.description)),
      facts_(facts_of()),
      http_(settings_.timeout, connections, settings_.ca_file),
      calls_(settings_.description.name) {}

std::chrono::milliseconds OAuthProvider::time_limit() const noexcept {
  return settings_.timeout * (1 + static_cast<int>(settings_.description.person.size()));
}

const std::vector<std::string>& OAuthProvider::code_parameters() const noexcept {
  return settings_.description.code_parameters;
}

std::string OAuthProvider::authorize_url(const Redirection& redirection) {
  return oauth::authorize_url(settings_.description.authorize, settings_.client_id, redirection);
}

std::variant<Grant, Refusal> OAuthProvider::exchange(std::string_view code,
                                                     const Redirection& redirection) {
  auto reply = ask("token", settings_.description.token,
                   {{"code", std::string(code)},
                    {"redirect_uri", redirection.redirect_uri},
                    {"code_verifier", redirection.code_verifier}});
  if (auto* refusal = std::get_if<Refusal>(&reply)) {
    refusal->passes = false;
    return std::move(*refusal);
  }
  return to_grant(settings_.description, std::get<Values>(reply));
}

bool OAuthProvider::is_grant(const Grant& grant) const {
  return values_in(settings_.description, grant).has_value();
}

std::variant<Person, Refusal> OAuthProvider::person(const Grant& grant) {
  Values values = values_in(settings_.description, grant).value();
  for (const Call& call : settings_.description.person) {
    auto reply = ask("person", call, std::move(values));
    if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
    values = std::get<Values>(std::move(reply));
  }
  return person_of(settings_.description, values);
}

std::variant<Values, Refusal> OAuthProvider::ask(const char* name, const Call& call,
                                                 Values values) {
  values.insert_or_assign("client_id", settings_.client_id);
  values.insert_or_assign("client_secret", settings_.client_secret);
  auto reply = calls_.counted(name, [&] {
    return read_reply(settings_.description, call, http_.send(make_request(call, values)), values);
  });
  if (auto* refusal = std::get_if<Refusal>(&reply)) hide_secrets(*refusal, values);
  return reply;
}

}  // namespace scanlogin::oauth
