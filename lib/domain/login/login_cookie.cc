#include "domain/login/login_cookie.h"

#include <algorithm>

#include "base/cookies.h"
#include "base/crypto.h"
#include "base/text.h"
#include "domain/login/login_keys.h"

namespace scanlogin {
namespace {

constexpr std::size_t kMostLogins = 4;
// Somebody else's cookies of the same name may come before the browser's own.
constexpr std::size_t kMostRead = 16;
constexpr std::size_t kSecretBytes = 16;

bool is_secret(std::string_view text) {
  return text.size() == 2 * kSecretBytes && std::all_of(text.begin(), text.end(), is_hex_digit);
}

}  // namespace

LoginCookie::LoginCookie(std::string_view cookies) {
  for (std::string_view value : cookie_values(cookies, kName)) {
    while (!value.empty() && secrets_.size() < kMostRead) {
      const std::string_view secret = value.substr(0, value.find('.'));
      value.remove_prefix(std::min(secret.size() + 1, value.size()));
      if (is_secret(secret)) secrets_.emplace_back(secret);
    }
  }
}

std::string LoginCookie::begin_login() {
  secrets_.insert(secrets_.begin(), random_hex(kSecretBytes));
  if (secrets_.size() > kMostLogins) secrets_.resize(kMostLogins);
  return sha256_hex(secrets_.front());
}

std::vector<std::string> LoginCookie::hashes() const {
  std::vector<std::string> all;
  for (const std::string& secret : secrets_) all.push_back(sha256_hex(secret));
  return all;
}

std::string LoginCookie::set_cookie(const std::string& path, bool https) const {
  std::string cookie(kName);
  char separator = '=';
  for (const std::string& secret : secrets_) {
    cookie += separator + secret;
    separator = '.';
  }
  return cookie + "; Path=" + path +
         "; Max-Age=" + std::to_string(2 * LoginKeys::kCodeLife.count()) + "; HttpOnly" +
         (https ? "; Secure; SameSite=None" : "; SameSite=Lax");
}

}  // namespace scanlogin
