#include "domain/login/pending_login.h"

#include <algorithm>
#include <utility>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestUuid = 128;
constexpr std::size_t kRandomDigits = 24;
constexpr std::size_t kTagDigits = 8;

bool is_uuid(std::string_view text) {
  return !text.empty() && text.size() <= kLongestUuid &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

std::string tag_of(std::string_view random, std::string_view key) {
  return hex(hmac_sha256(key, random)).substr(0, kTagDigits);
}

}  // namespace

LoginUuids::LoginUuids(const Config& config, std::string_view provider)
    : only_made_here_(config.require_bound_login || provider != "wx") {
  const std::string of = provider == "wx" ? "" : " of " + std::string(provider);
  for (const std::string& key : config.keys.secrets()) {
    keys_.push_back(hmac_sha256(key, "scanlogin: tags of login uuids" + of));
  }
}

std::string LoginUuids::make() const {
  const std::string random = random_hex(kRandomDigits / 2);
  return random + tag_of(random, keys_.front());
}

const std::string* LoginUuids::key_of(std::string_view uuid) const {
  if (uuid.size() != kRandomDigits + kTagDigits) return nullptr;
  const std::string_view random = uuid.substr(0, kRandomDigits);
  const std::string_view tag = uuid.substr(kRandomDigits);
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const std::string& one) {
    return equal_in_constant_time(tag_of(random, one), tag);
  });
  return key == keys_.end() ? nullptr : &*key;
}

bool LoginUuids::made_here(std::string_view uuid) const { return key_of(uuid) != nullptr; }

Redirection LoginUuids::redirection_of(std::string_view uuid, const LoginStart& start) const {
  Redirection redirection{.state = std::string(uuid),
                          .redirect_uri = start.redirect_uri,
                          .code_verifier = {},
                          .nonce = {},
                          .silent = start.silent};
  if (const std::string* key = key_of(uuid)) {
    const auto secret = [&](const char* purpose) {
      return base64url_encode(hmac_sha256(*key, purpose + redirection.state));
    };
    redirection.code_verifier = secret("code_verifier ");
    redirection.nonce = secret("nonce ");
  }
  return redirection;
}

bool LoginUuids::accepts(std::string_view uuid) const {
  return is_uuid(uuid) && (!only_made_here_ || made_here(uuid));
}

PendingLogin LoginUuids::login_of(std::string uuid, std::string_view cookies) const {
  if (!made_here(uuid)) return {.uuid = std::move(uuid), .cookie = std::nullopt};
  return {.uuid = std::move(uuid), .cookie = LoginCookie(cookies)};
}

PendingLogin LoginUuids::login_of_code(std::string_view code) const {
  const auto digits = [&](std::string purpose) {
    return hex(hmac_sha256(keys_.front(), purpose.append(code))).substr(0, 32);
  };
  const std::string cookie = std::string(LoginCookie::kName) + "=" + digits("code's secret ");
  return {.uuid = digits("code's uuid "), .cookie = LoginCookie(cookie)};
}

}  // namespace scanlogin
