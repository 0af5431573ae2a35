#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "domain/users.h"
#include "domain/weixin.h"

namespace scanlogin {

struct NothingScanned {};
struct LoggedIn {
  std::string token;
};
// The person did not consent.
struct Cancelled {};

// What a poll comes to.
using LoginOutcome =
    std::variant<NothingScanned, LoggedIn, Cancelled, weixin::Refusal, Banned, weixin::Snapshot>;

// The outcome as Redis keeps it for a browser that asks again: a JSON text, in which a token is
// without its signature, so that nobody can log in with what is kept. Not for NothingScanned.
std::string to_text(const LoginOutcome& outcome);

// The outcome again; key signs the token as it was signed before. Throws Error(cache) for what
// to_text() did not write.
LoginOutcome parse_outcome(std::string_view text, std::string_view key);

}  // namespace scanlogin
