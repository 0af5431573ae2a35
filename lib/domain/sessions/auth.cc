#include "domain/sessions/auth.h"

#include <chrono>

namespace scanlogin {
namespace {

Denial denial_of(jwt::Fault fault) {
  switch (fault) {
    case jwt::Fault::malformed:
      return Denial::malformed;
    case jwt::Fault::expired:
      return Denial::expired;
    case jwt::Fault::invalid:
      return Denial::unusable;
  }
  return Denial::malformed;
}

Denial denial_of(std::optional<Ending> ending) {
  if (!ending) return Denial::unknown;
  switch (*ending) {
    case Ending::replaced:
      return Denial::replaced;
    case Ending::logged_out:
      return Denial::logged_out;
    case Ending::revoked:
      return Denial::revoked;
    case Ending::disabled:
      return Denial::disabled;
    case Ending::expired:
      return Denial::expired;
  }
  return Denial::unknown;
}

}  // namespace

std::string_view message(Denial denial) noexcept {
  switch (denial) {
    case Denial::missing:
    case Denial::malformed:
      return "token认证失败";
    case Denial::expired:
      return "token过期失效";
    case Denial::disabled:
      return "用户已被禁用";
    case Denial::unusable:
    case Denial::replaced:
    case Denial::logged_out:
    case Denial::revoked:
    case Denial::unknown:
      return "无效的token";
  }
  return "token认证失败";
}

std::string_view reason(Denial denial) noexcept {
  switch (denial) {
    case Denial::missing:
      return "missing";
    case Denial::malformed:
    case Denial::unusable:
      return "malformed";
    case Denial::expired:
      return "expired";
    case Denial::replaced:
      return "replaced";
    case Denial::logged_out:
      return "logged-out";
    case Denial::revoked:
      return "revoked";
    case Denial::disabled:
      return "disabled";
    case Denial::unknown:
      return "unknown";
  }
  return "unknown";
}

std::variant<jwt::Claims, Denial> Authenticator::verify(std::string_view token) const {
  if (token.empty()) return Denial::missing;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto verified = jwt::verify(token, keys_, now);
  if (const auto* fault = std::get_if<jwt::Fault>(&verified)) return denial_of(*fault);
  return std::get<jwt::Claims>(std::move(verified));
}

std::variant<User, Denial> Authenticator::find_user(std::string_view token,
                                                    const jwt::Claims& claims) {
  return find_user(sessions_.use(claims.id, token),
                   [this, &claims] { return users_.find(claims.id); });
}

std::variant<User, Denial> Authenticator::find_user(const Sessions::Use& use,
                                                    const ReadUser& read) {
  // One that ended with a ban stays ended when the ban is over.
  if (!use.good && use.ended != Ending::disabled) return denial_of(use.ended);
  std::optional<User> user = read();
  if (!user) return Denial::unknown;
  if (!user->is_active) return Denial::disabled;
  if (!use.good) return Denial::revoked;
  return std::move(*user);
}

std::variant<User, Denial> Authenticator::authenticate(std::string_view token) {
  const auto verified = verify(token);
  if (const auto* denial = std::get_if<Denial>(&verified)) return *denial;
  return find_user(token, std::get<jwt::Claims>(verified));
}

}  // namespace scanlogin
