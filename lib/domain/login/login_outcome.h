#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/key_ring.h"
#include "domain/providers/provider.h"
#include "domain/users/users.h"

namespace scanlogin {

struct NothingScanned {};
struct LoggedIn {
  std::string token;
};
// The person did not consent.
struct Cancelled {};

// Somebody whom the site does not know, and whom the provider has not asked.
struct ConsentNeeded {};

// The identities are the user's who began the login for that.
struct Linked {
  std::string provider;  // its name
};
// They are another user's. Nothing has changed.
struct IdentityTaken {};

// What a poll comes to.
using LoginOutcome = std::variant<NothingScanned, LoggedIn, Cancelled, ConsentNeeded, Refusal,
                                  Banned, Linked, IdentityTaken>;

// The outcome as Redis keeps it for a browser that asks again: a JSON text, in which a token is
// without its signature, so that nobody can log in with what is kept, and a refusal its code and
// message. Not for NothingScanned.
std::string to_text(const LoginOutcome& outcome);

// The outcome again. A token is signed once more by the key that had signed it. Nothing if that key
// is gone, or here only to verify; or if to_text() did not write the text.
std::optional<LoginOutcome> parse_outcome(std::string_view text, const KeyRing& keys);

}  // namespace scanlogin
