#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scanlogin::oidc {

// How the site proves to the token endpoint who it is (OpenID Connect Core 1.0 section 9).
enum class ClientAuth { basic, post };

// What a provider says of itself (OpenID Connect Discovery 1.0 section 3), as far as a login by
// code needs it.
struct Discovery {
  std::string issuer;  // the configured one; of Microsoft's shared ones, with {tenantid} in it
  std::string authorization_endpoint;  // may have a query
  std::string token_endpoint;
  std::string userinfo_endpoint;  // empty: there is none
  std::string jwks_uri;
  ClientAuth client_auth = ClientAuth::basic;
  std::vector<std::string> algorithms;  // those of RS256, ES256, EdDSA that it signs with
  bool callback_names_issuer = false;   // RFC 9207: the callback always has `iss`
};

// Whether a text can be an endpoint: https, or http on a loopback address; at most 2,048 visible
// ASCII characters without a user or a fragment.
bool is_endpoint(std::string_view url);

// The same without a query: an issuer (OpenID Connect Core 1.0 section 2).
bool is_issuer_url(std::string_view url);

// Where an issuer's document is (OpenID Connect Discovery 1.0 section 4.1).
std::string discovery_url(std::string_view issuer);

// The document of that issuer. What the document leaves out is as the standard has it: basic,
// RS256, no `iss`. Throws Error(upstream) where it
//   - is over 64 KiB or no JSON object, or has a member of another type than the standard's;
//   - is another issuer's: they have to be equal to the letter (section 4.3). Microsoft's shared
//     issuers, …/common/… and …/organizations/…, say {tenantid} there instead;
//   - lacks an endpoint, or has one that is_endpoint() refuses, or one with http where the issuer
//     has https;
//   - offers no code by a redirect's query, no client_secret_basic or _post, no PKCE with S256, or
//     no signature that is known here.
Discovery parse_discovery(std::string_view body, std::string_view issuer);

// Whether `iss`, in an id_token or a callback, is that of Discovery::issuer. tenant: the id_token's
// `tid`, which stands for {tenantid}; empty: any tenant.
bool is_same_issuer(std::string_view issuer, std::string_view iss, std::string_view tenant);

}  // namespace scanlogin::oidc
