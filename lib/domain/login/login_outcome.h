#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/providers/weixin.h"
#include "domain/users/users.h"

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

// The outcome again; that one of the keys which signed the token signs it once more. Nothing for
// what to_text() did not write, or with another key.
std::optional<LoginOutcome> parse_outcome(std::string_view text,
                                          const std::vector<std::string>& keys);

}  // namespace scanlogin
