#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

// The cookie `scanlogin` of a browser: the secrets of the logins that it has begun, newest first,
// four at the most, each 32 hex digits, with '.' between them. Each login has a secret of its own,
// so that tabs may each have one under way, and so that a secret somebody else planted in the
// browser opens no login that the browser begins later. (The login it was made for it does open:
// whoever can set cookies for the site, as a page on a sister domain can, can have a person finish
// a login begun elsewhere.)
class LoginCookie {
 public:
  static constexpr std::string_view kName = "scanlogin";

  // cookies: the request's header Cookie (RFC 6265 section 4.2). What is not of the form above
  // counts as absent.
  explicit LoginCookie(std::string_view cookies);

  // A new login's secret, from now on the first; the oldest is dropped if there were four.
  // Returns the secret's hash.
  std::string begin_login();
  // SHA-256 of each secret, in hex: all that is kept of them anywhere but in the browser.
  std::vector<std::string> hashes() const;
  // The header Set-Cookie that gives the browser its secrets, for as long as a login can take:
  // until its code comes, and the code's life. On https the cookie is for frames too that another
  // site has redirected here (SameSite=None), as providers do. path: of the login's endpoints.
  std::string set_cookie(const std::string& path, bool https) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace scanlogin
