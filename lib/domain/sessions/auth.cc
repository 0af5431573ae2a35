#include "domain/sessions/auth.h"

#include <chrono>

namespace scanlogin {
namespace {

Denial denial_of(jwt::Fault fault) {
  switch (fault) {
    case jwt::Fault::malformed:
      return Denial::unauthentic;
    case jwt::Fault::expired:
      return Denial::expired;
    case jwt::Fault::invalid:
      return Denial::invalid;
  }
  return Denial::unauthentic;
}

}  // namespace

std::string_view message(Denial denial) noexcept {
  switch (denial) {
    case Denial::unauthentic:
      return "token认证失败";
    case Denial::expired:
      return "token过期失效";
    case Denial::invalid:
      return "无效的token";
    case Denial::banned:
      return "用户已被禁用";
  }
  return "token认证失败";
}

std::variant<jwt::Claims, Denial> Authenticator::verify(std::string_view token) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto verified = jwt::verify(token, keys_, now);
  if (const auto* fault = std::get_if<jwt::Fault>(&verified)) return denial_of(*fault);
  return std::get<jwt::Claims>(std::move(verified));
}

std::variant<User, Denial> Authenticator::find_user(std::string_view token,
                                                    const jwt::Claims& claims) {
  if (!sessions_.is_good(claims.id, token)) return Denial::invalid;
  std::optional<User> user = users_.find(claims.id);
  if (!user) return Denial::invalid;
  if (!user->is_active) return Denial::banned;
  return std::move(*user);
}

std::variant<User, Denial> Authenticator::authenticate(std::string_view token) {
  const auto verified = verify(token);
  if (const auto* denial = std::get_if<Denial>(&verified)) return *denial;
  return find_user(token, std::get<jwt::Claims>(verified));
}

}  // namespace scanlogin
