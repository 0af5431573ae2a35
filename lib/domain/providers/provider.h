#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace scanlogin {

// What is known of a provider without its settings. All texts live as long as the process.
struct ProviderFacts {
  std::string_view name;      // in paths, /api/user/login/NAME/: lower-case letters and digits
  std::string_view label;     // in the log, and on its button where that is in English
  std::string_view label_zh;  // on its button in Chinese
  std::string_view settings;  // which ones the operator checks when it refuses the site itself
  std::size_t longest_code;   // bytes
  // The types of the identities that it vouches for (Identity::type).
  std::string_view identity_type;  // a person's id here
  std::string_view union_type{};   // an id that sister providers share; empty: there is none
  // What a client is told while the provider cannot be asked.
  std::string_view unavailable_code;
  std::string_view unavailable_msg;
  // Whether the URL that it sends people back to has to be the one that is registered, to the
  // letter; else its host counts alone.
  bool exact_redirect_uri = true;
  // Whether it can tell who somebody is without asking them: a login asks only those whom the site
  // does not know.
  bool asks_strangers_only = false;
};

// A code as a provider sends it with the person's browser: not empty, not longer than the
// provider's may be, no control characters.
bool is_code(const ProviderFacts& provider, std::string_view text) noexcept;

// One of the ids that a person has at a provider, as user_oauth keeps it.
struct Identity {
  std::string type;  // oauth_type: ASCII, 32 characters at the most
  std::string id;    // oauth_id: ASCII, 200 characters at the most; never empty
};

// With what a person is sent to a provider by a redirect (RFC 6749 section 4.1.1). The same is told
// again when the code that came back is exchanged.
struct Redirection {
  std::string state;          // the login's uuid
  std::string redirect_uri;   // where the provider sends the browser back to
  std::string code_verifier;  // RFC 7636 section 4.1: 43 of A–Z a–z 0–9 - _
  std::string nonce;          // OpenID Connect Core 1.0 section 3.1.2.1: 43 of the same
  bool silent = false;        // nobody is to be asked (ProviderFacts::asks_strangers_only)
  bool in_wecom = false;      // whether the browser is WeCom's own, by its User-Agent
};

// Who the provider says has come. Texts are well-formed UTF-8.
struct Person {
  std::vector<Identity> identities;  // at least one; where two users match, the earlier one counts
  std::string nickname;
  std::string avatar_url;  // http or https; empty if there is none
  std::string gender;      // as user_user keeps it: "男", "女", or empty
  // Whether the provider has told any of the three above. If not, they are what the person says, or
  // empty, and count only for a user who has none.
  bool told_profile = true;
  // Whether somebody whom the site does not know has to be asked first.
  bool consent_needed = false;
};

// What a code was exchanged for, in the provider's own form. It is a secret, good for hours.
struct Grant {
  std::string text;
};

// The provider, or this program in its name, does not vouch for anybody. The views' texts live as
// long as the process.
struct Refusal {
  std::variant<std::int64_t, std::string> code;  // as clients are told it
  std::string msg{};
  std::string_view call{};  // the provider's name for what was asked, for the log
  // For the log, where the refusal is not in the provider's own words; else empty.
  std::string_view reason{};
  bool operators_mistake = false;  // only a change of settings mends it
  bool passes = false;             // the same question may be answered in a moment
};

// The refusal's code as a text.
std::string code_of(const Refusal& refusal);

// The provider cannot be asked: it is out of reach, slow, busy, or breaks its protocol.
class ProviderUnavailable : public Error {
 public:
  ProviderUnavailable(const ProviderFacts& provider, const std::string& what)
      : Error(ErrorKind::upstream, what), provider_(provider) {}
  const ProviderFacts& provider() const noexcept { return provider_; }

 private:
  ProviderFacts provider_;
};

// Somebody else who vouches for people. It knows nothing of sessions, users or browsers. Used from
// any thread.
class Provider {
 public:
  virtual ~Provider() = default;

  virtual const ProviderFacts& facts() const noexcept = 0;
  // How long exchange() and person() take together at the most.
  virtual std::chrono::milliseconds time_limit() const noexcept = 0;

  // What a page needs to send a person there: the members of a reply's `data`. Else {uuid, url}:
  // state and authorize_url(). Throws likewise.
  virtual Json beginning(const Redirection& redirection);

  // Where a browser is sent that lets the provider have the whole window. May block. Throws
  // Error(upstream) where the provider has to be asked for that, and cannot be.
  virtual std::string authorize_url(const Redirection& redirection) = 0;

  // The names that the callback's parameter with the code may have, in order.
  virtual const std::vector<std::string>& code_parameters() const noexcept;
  // Whether a callback may be this provider's by its parameter `iss` (RFC 9207 section 2.4),
  // nothing if it has none. The code of one that may not is exchanged nowhere. May block. Throws
  // Error(upstream) where the provider has to be asked, and cannot be.
  virtual bool may_call_back(const std::optional<std::string>& iss);

  // Exchanges a code, which is good once. redirection: what the login was begun with. A refusal is
  // final: the code may be spent. Throws Error(upstream) where the provider cannot be asked.
  virtual std::variant<Grant, Refusal> exchange(std::string_view code,
                                                const Redirection& redirection) = 0;
  // Whether exchange() made this grant, here or in another process.
  virtual bool is_grant(const Grant& grant) const = 0;
  // Who the grant is about. is_grant() must be true of it. May be asked again. Throws
  // Error(upstream) likewise.
  virtual std::variant<Person, Refusal> person(const Grant& grant) = 0;
};

}  // namespace scanlogin
