// What a provider says of itself. The first byte says how the rest is read:
//   0  the document of an issuer
//   1  that of an issuer that many tenants share
//   2  a URL, as an endpoint, as an issuer, and as the `iss` of a callback

#include <algorithm>

#include "base/error.h"
#include "domain/providers/oidc_discovery.h"
#include "fuzz/fuzz.h"

namespace scanlogin::oidc {
namespace {

using fuzz::check;

constexpr std::string_view kShared = "https://login.example.com/{tenantid}/v2.0";

void check_endpoint(std::string_view url) {
  check(is_endpoint(url), "an endpoint is one");
  check(url.size() <= 2048 && fuzz::is_plain(url), "an endpoint is a line of 2,048 bytes at most");
  check(url.find_first_of(" #\"<>\\") == std::string_view::npos, "an endpoint can be quoted");
  const bool at_home = url.starts_with("http://localhost") || url.starts_with("http://127.0.0.1") ||
                       url.starts_with("http://[::1]");
  check(url.starts_with("https://") || at_home, "an endpoint is https, or at home");
  const std::string_view authority = url.substr(8, url.find_first_of("/?", 8) - 8);
  check(authority.find('@') == std::string_view::npos, "an endpoint has no user");
}

void check_document(const Discovery& found, std::string_view issuer) {
  check(found.issuer == issuer || (found.issuer == kShared && issuer.find("common") != issuer.npos),
        "a document is that of the issuer");
  check_endpoint(found.authorization_endpoint);
  check_endpoint(found.token_endpoint);
  check_endpoint(found.jwks_uri);
  if (!found.userinfo_endpoint.empty()) check_endpoint(found.userinfo_endpoint);
  check(!found.algorithms.empty(), "some algorithm is known");
  for (const std::string& name : found.algorithms) {
    check(name == "RS256" || name == "ES256" || name == "EdDSA", "each algorithm is known");
  }
}

void read(std::string_view body, std::string_view issuer) {
  try {
    check_document(parse_discovery(body, issuer), issuer);
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is the provider's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
  }
}

void judge(std::string_view url) {
  if (is_endpoint(url)) check_endpoint(url);
  check(!is_issuer_url(url) || is_endpoint(url), "an issuer could be an endpoint");
  check(!is_issuer_url(url) || url.find('?') == std::string_view::npos, "an issuer has no query");
  check(is_same_issuer("https://op.example.com", url, "") == (url == "https://op.example.com"),
        "an issuer is itself alone");
  if (is_same_issuer(kShared, url, "")) {
    check(url.starts_with("https://login.example.com/") && url.ends_with("/v2.0") &&
              std::count(url.begin(), url.end(), '/') == 4,
          "a tenant has its place");
    check(!is_same_issuer(kShared, url, "another/tenant"), "a tenant is itself alone");
  }
}

}  // namespace
}  // namespace scanlogin::oidc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::fuzz::Input input(data, size);
  switch (input.choice(3)) {
    case 0:
      scanlogin::oidc::read(input.rest(), "https://op.example.com");
      break;
    case 1:
      scanlogin::oidc::read(input.rest(), "https://login.example.com/common/v2.0");
      break;
    default:
      scanlogin::oidc::judge(input.rest());
  }
  return 0;
}
