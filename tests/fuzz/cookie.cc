// The header Cookie, as any page on a sister domain may have had it filled.

#include <set>

#include "base/crypto.h"
#include "domain/login/login_cookie.h"
#include "fuzz/fuzz.h"
#include "server/response.h"

namespace scanlogin {
namespace {

using fuzz::check;

constexpr std::size_t kDigits = 32;
constexpr std::string_view kHex = "0123456789abcdef";

// The hashes of everything that could be taken for a secret: 32 hex digits by themselves.
std::set<std::string> possible_hashes(std::string_view cookies) {
  std::set<std::string> hashes;
  while (!cookies.empty()) {
    const std::string_view part = cookies.substr(0, cookies.find_first_of("=.;"));
    if (part.size() == kDigits && fuzz::only_of(part, kHex)) hashes.insert(sha256_hex(part));
    cookies.remove_prefix(std::min(part.size() + 1, cookies.size()));
  }
  return hashes;
}

void check_set_cookie(const std::string& cookie, const std::vector<std::string>& hashes) {
  check(!fuzz::has_control(cookie), "Set-Cookie has no control character");
  const std::string sent = cookie.substr(0, cookie.find(';'));
  check(fuzz::only_of(sent, "scanlogin=." + std::string(kHex)),
        "the cookie holds hex digits and dots");
  check(LoginCookie(sent).hashes() == hashes, "the cookie gives back what the browser holds");
  check(!head_of(Response().with("Set-Cookie", cookie)).empty(), "the cookie can be sent");
}

void read(const std::string& cookies) {
  LoginCookie browser(cookies);
  const std::vector<std::string> hashes = browser.hashes();
  check(hashes.size() <= 16, "16 secrets are read at the most");
  const std::set<std::string> possible = possible_hashes(cookies);
  for (const std::string& hash : hashes) {
    check(possible.contains(hash), "a secret is 32 hex digits of the cookie");
  }
  check(LoginCookie("a=b; " + cookies + "; c=d").hashes() == hashes,
        "other cookies around it change nothing");
  check_set_cookie(browser.set_cookie("/api/user/login/wx/", false), hashes);

  const std::string begun = browser.begin_login();
  const std::vector<std::string> after = browser.hashes();
  check(after.size() == std::min<std::size_t>(hashes.size() + 1, 4), "four logins at the most");
  check(after.front() == begun, "a new login's secret comes first");
  check(std::equal(after.begin() + 1, after.end(), hashes.begin()), "the newest are kept");
  check_set_cookie(browser.set_cookie("/api/user/login/wx/", true), after);
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::read(std::string(scanlogin::fuzz::Input(data, size).rest()));
  return 0;
}
