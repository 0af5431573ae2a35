#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "domain/login/login_cookie.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// What a person says of themself. It counts where the provider tells nothing
// (Person::told_profile).
struct OwnWord {
  std::string nickname;    // UTF-8
  std::string avatar_url;  // http or https
};

// The login that a request is about.
struct PendingLogin {
  std::string uuid;
  // Whose request it is, for a login that was begun here: only the browser that holds its secret
  // may see or finish it. Nothing for a uuid that a page made itself: there, whoever knows it may.
  std::optional<LoginCookie> cookie;
  OwnWord own_word{};
};

// What a login that gives the provider the whole window was begun with.
struct LoginStart {
  std::string redirect_uri;  // where the provider sends the browser back to
  std::string next;          // the path of the site to which it goes from there
  std::string origin{};      // of the site, where it began (Site::origin)
  bool silent = false;       // Redirection::silent
};

// The uuids that name logins while they are under way; a provider carries them as `state`.
//
// One that is made here is 32 hex digits, 24 random ones and a tag of 8 that only a process with
// the same SECRET_KEY can make or check. So a uuid tells by itself that it is bound to a browser,
// also when all else that was known of its login is gone.
class LoginUuids {
 public:
  // provider: its name. One provider's uuids are none of another's.
  LoginUuids(const Config& config, std::string_view provider);

  std::string make() const;
  // A uuid that a request may ask for: 1 to 128 of A–Z a–z 0–9 - _ . and, with
  // REQUIRE_BOUND_LOGIN, made here. Only pages that show WeChat's QR code make uuids themselves.
  bool accepts(std::string_view uuid) const;
  bool made_here(std::string_view uuid) const;
  // With what a login made here is sent to its provider, and its code exchanged: verifier and nonce
  // follow from the uuid and SECRET_KEY, and are kept nowhere. Empty ones for a uuid that was not
  // made here.
  Redirection redirection_of(std::string_view uuid, const LoginStart& start) const;
  // The login of a uuid that is accepted. cookies: the header Cookie of the request about it.
  PendingLogin login_of(std::string uuid, std::string_view cookies) const;
  // The login of a code that came without one: the same code has the same login. Whoever has the
  // code is to it what the browser that began a login is to another.
  PendingLogin login_of_code(std::string_view code) const;

 private:
  // What a uuid that was made here was made with; else null.
  const std::string* key_of(std::string_view uuid) const;

  // One from each of SECRET_KEY's: what signs tokens signs nothing else.
  std::vector<std::string> keys_;
  bool only_made_here_;
};

}  // namespace scanlogin
