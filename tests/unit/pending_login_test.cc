#include "domain/login/pending_login.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace scanlogin {
namespace {

const std::string kKey(32, 'k');
const std::string kOtherKey(32, 'o');

LoginUuids uuids(std::vector<std::string> keys = {kKey}, bool only_made_here = false,
                 std::string_view provider = "wx") {
  Config config;
  config.keys = KeyRing(std::move(keys));
  config.require_bound_login = only_made_here;
  return LoginUuids(config, provider);
}

TEST(LoginUuid, Is32HexDigitsAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = uuids().make();
    EXPECT_EQ(uuid.size(), 32U);
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef"), std::string::npos) << uuid;
    EXPECT_TRUE(seen.insert(uuid).second) << uuid << " came twice";
  }
}

TEST(LoginUuid, IsKnownToWhoeverHasTheKeyAndNobodyElse) {
  const std::string uuid = uuids().make();
  EXPECT_TRUE(uuids().made_here(uuid));
  EXPECT_TRUE(uuids({kOtherKey, kKey}).made_here(uuid)) << "with its key a fallback";
  EXPECT_FALSE(uuids({kOtherKey}).made_here(uuid));
}

TEST(LoginUuid, NoOtherIsTakenForOne) {
  const std::string uuid = uuids().make();
  for (std::size_t at = 0; at < uuid.size(); ++at) {
    std::string changed = uuid;
    changed[at] = changed[at] == '0' ? '1' : '0';
    EXPECT_FALSE(uuids().made_here(changed)) << changed << " made of " << uuid;
  }
  for (const std::string& other : {std::string(), uuid.substr(1), uuid + "0", std::string(32, '0'),
                                   std::string("0b0e7a52-6a4c-4f0e-9d3a-1f3b7b1a2c3d")}) {
    EXPECT_FALSE(uuids().made_here(other)) << other;
  }
}

TEST(LoginUuid, APagesOwnIsAcceptedUnlessBoundLoginsAreRequired) {
  const std::string own = "0b0e7a52-6a4c-4f0e-9d3a-1f3b7b1a2c3d";
  EXPECT_TRUE(uuids().accepts(own));
  EXPECT_FALSE(uuids({kKey}, true).accepts(own));
  EXPECT_TRUE(uuids({kKey}, true).accepts(uuids().make()));
  for (const std::string& none :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a/b"),
        std::string("a:outcome"), std::string("\0", 1), std::string("用户")}) {
    EXPECT_FALSE(uuids().accepts(none)) << none;
  }
}

TEST(PendingLogin, OfACodeIsAlwaysTheSameAndTellsNothingOfTheCode) {
  const PendingLogin login = uuids().login_of_code("the-code");
  EXPECT_TRUE(uuids({kKey}, false).accepts(login.uuid));
  EXPECT_EQ(login.uuid, uuids().login_of_code("the-code").uuid);
  ASSERT_TRUE(login.cookie.has_value());
  EXPECT_EQ(login.cookie->hashes(), uuids().login_of_code("the-code").cookie->hashes());
  EXPECT_EQ(login.cookie->hashes().size(), 1U);
  EXPECT_NE(login.uuid, uuids().login_of_code("the-code2").uuid);
  EXPECT_NE(login.uuid, uuids({kOtherKey}).login_of_code("the-code").uuid);
  EXPECT_EQ(login.uuid.find("code"), std::string::npos);
  EXPECT_FALSE(uuids().made_here(login.uuid)) << "no poll asks for it by its uuid alone";
}

TEST(PendingLogin, HasItsBrowserIfItWasBegunHere) {
  const std::string from_browser = "scanlogin=" + std::string(32, 'a');
  const PendingLogin bound = uuids().login_of(uuids().make(), from_browser);
  ASSERT_TRUE(bound.cookie.has_value());
  EXPECT_EQ(bound.cookie->hashes().size(), 1U);
  EXPECT_FALSE(uuids().login_of("own", from_browser).cookie.has_value());
  EXPECT_EQ(uuids().login_of("own", from_browser).uuid, "own");
}

}  // namespace
}  // namespace scanlogin
