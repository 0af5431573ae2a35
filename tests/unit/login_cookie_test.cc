#include "domain/login/login_cookie.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/crypto.h"

namespace scanlogin {
namespace {

const std::string kA(32, 'a');
const std::string kPath = "/api/user/login/wx/";
const std::string kB(32, 'b');
const std::string kC(32, 'c');
const std::string kD(32, 'd');
const std::string kE(32, 'e');

using Hashes = std::vector<std::string>;

Hashes hashes_of(const std::vector<std::string>& secrets) {
  Hashes hashes;
  for (const std::string& secret : secrets) hashes.push_back(sha256_hex(secret));
  return hashes;
}

Hashes read(const std::string& cookies) { return LoginCookie(cookies).hashes(); }

TEST(LoginCookie, ReadsItsSecretsAmongOtherCookies) {
  EXPECT_EQ(read("scanlogin=" + kA), hashes_of({kA}));
  EXPECT_EQ(read("a=b; scanlogin=" + kA + "." + kB + "; c=d"), hashes_of({kA, kB}));
  EXPECT_EQ(read("a=b;scanlogin=" + kA), hashes_of({kA}));
  EXPECT_EQ(read("scanlogin=" + kA + "; scanlogin=" + kB), hashes_of({kA, kB}));
}

TEST(LoginCookie, TakesNothingElseForASecret) {
  const std::vector<std::string> cookies = {
      "",
      "=",
      ";",
      "scanlogin",
      "scanlogin=",
      "scanlogin=.",
      "scanlogin=" + kA.substr(1),
      "scanlogin=" + kA + "a",
      "scanlogin=" + std::string(32, 'A'),
      "scanlogin=" + std::string(32, 'g'),
      "scanlogin=\"" + kA + "\"",
      "scanlogin= " + kA,
      "Scanlogin=" + kA,
      "xscanlogin=" + kA,
      "a=scanlogin=" + kA,
      kA,
  };
  for (const std::string& cookie : cookies) EXPECT_EQ(read(cookie), Hashes()) << cookie;
  EXPECT_EQ(read("scanlogin=x." + kA + ".y"), hashes_of({kA}));
}

TEST(LoginCookie, ReadsMoreSecretsThanItHoldsButNotAnyNumber) {
  EXPECT_EQ(read("scanlogin=" + kA + "." + kB + "." + kC + "." + kD + "; scanlogin=" + kE),
            hashes_of({kA, kB, kC, kD, kE}));
  std::string many = "scanlogin=";
  for (int i = 0; i < 1000; ++i) many += kA + ".";
  EXPECT_EQ(read(many).size(), 16U);
}

TEST(LoginCookie, ANewLoginsSecretComesFirstAndTheOldestGoes) {
  LoginCookie browser("scanlogin=" + kA + "." + kB + "." + kC + "." + kD);
  const std::string hash = browser.begin_login();
  const Hashes hashes = browser.hashes();
  ASSERT_EQ(hashes.size(), 4U);
  EXPECT_EQ(hashes[0], hash);
  EXPECT_EQ(Hashes(hashes.begin() + 1, hashes.end()), hashes_of({kA, kB, kC}));
  EXPECT_NE(LoginCookie("").begin_login(), LoginCookie("").begin_login());
}

TEST(LoginCookie, TheCookieGivesBackWhatTheBrowserHolds) {
  LoginCookie browser("scanlogin=" + kB);
  browser.begin_login();
  const std::string cookie = browser.set_cookie(kPath, false);
  EXPECT_EQ(LoginCookie(cookie).hashes(), browser.hashes()) << cookie;
}

TEST(LoginCookie, TheCookieIsForTheLoginsPathsAloneAndNoScript) {
  const std::string start =
      "scanlogin=" + kA + "; Path=/api/user/login/wx/; Max-Age=1200; HttpOnly";
  const LoginCookie browser("scanlogin=" + kA);
  EXPECT_EQ(browser.set_cookie(kPath, true), start + "; Secure; SameSite=None");
  EXPECT_EQ(browser.set_cookie(kPath, false), start + "; SameSite=Lax");
}

}  // namespace
}  // namespace scanlogin
