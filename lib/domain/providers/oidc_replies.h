#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "clients/http_client.h"
#include "domain/providers/provider.h"

namespace scanlogin::oidc {

// What the token endpoint gives for a code.
struct TokenReply {
  std::string access_token;  // visible ASCII, 8,192 bytes at the most
  std::string id_token;      // as it came: nothing of it is verified
};

// What userinfo says of a person, each UTF-8; empty where it says nothing.
struct Profile {
  std::string nickname;    // the first of name, nickname, preferred_username that there is
  std::string avatar_url;  // http or https
};

// A reply of the token endpoint. A refusal is one that RFC 6749 section 5.2 gives a client for its
// code, invalid_grant, or for itself, invalid_client or unauthorized_client, which are the
// operator's mistake; its text is the error_description. Throws Error(upstream) for any other
// error, such as server_error, and for what OpenID Connect Core 1.0 section 3.1.3.3 does not allow.
std::variant<TokenReply, Refusal> parse_token_reply(const HttpResponse& reply);

// A reply of the userinfo endpoint, which has to be about `subject` (OpenID Connect Core 1.0
// section 5.3.4). A refusal: 401 invalid_token, and 403 insufficient_scope, which is the operator's
// mistake (RFC 6750 section 3.1). Throws Error(upstream) for any other status, for what is no JSON
// object, such as a signed reply, and where it is about somebody else.
std::variant<Profile, Refusal> parse_userinfo(const HttpResponse& reply, std::string_view subject);

// A profile of texts that a provider vouches for, made fit to be kept.
Profile make_profile(const std::string& nickname, const std::string& picture);

// What is kept of an exchange. issuer: the configured one, by which a grant is known as a
// provider's own.
struct KeptGrant {
  std::string issuer;
  std::string subject;
  std::string access_token;  // empty where there is nothing to ask with it
  Profile profile;           // what the id_token said
};
std::string to_text(const KeptGrant& grant);
// Nothing for a text that to_text() did not make of a grant of this issuer's.
std::optional<KeptGrant> parse_kept_grant(std::string_view text, std::string_view issuer);

}  // namespace scanlogin::oidc
