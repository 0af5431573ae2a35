// Whose the types of identities are.
#include "domain/providers/identity_types.h"

#include <gtest/gtest.h>

namespace scanlogin {
namespace {

TEST(IdentityTypes, WeChatsAreWeChats) {
  EXPECT_EQ(provider_of("weixin"), "wx");
  EXPECT_EQ(provider_of("wx_openid"), "wx");
  EXPECT_EQ(provider_of("mp_openid"), "mp");
  EXPECT_EQ(provider_of("mini_openid"), "mini");
}

TEST(IdentityTypes, AUnionidIsOverTheOpenidsOfAllAppsAndOverItself) {
  EXPECT_EQ(union_type_of("weixin"), "weixin");
  EXPECT_EQ(union_type_of("wx_openid"), "weixin");
  EXPECT_EQ(union_type_of("mp_openid"), "weixin");
  EXPECT_EQ(union_type_of("mini_openid"), "weixin");
}

TEST(IdentityTypes, AFilesOpenidIsBelowThePlainName) {
  EXPECT_EQ(provider_of("qq_openid"), "qq");
  EXPECT_EQ(provider_of("qq"), "qq");
  EXPECT_EQ(union_type_of("qq_openid"), "qq");
  EXPECT_EQ(union_type_of("qq"), "qq");
}

TEST(IdentityTypes, ATypeOfNoBuiltInProviderIsNamedByItselfAndItsOwnUnion) {
  for (const char* type : {"github", "WEIXIN", "wx", "weixin ", ""}) {
    EXPECT_EQ(provider_of(type), type);
    EXPECT_EQ(union_type_of(type), type);
  }
}

TEST(IdentityTypes, LogInWhereTheSiteOffersTheirProvider) {
  EXPECT_TRUE(can_log_in("wx_openid", {"wx"}));
  EXPECT_FALSE(can_log_in("wx_openid", {"mp", "mini", "github"}));
  for (const char* name : {"wx", "mp", "mini"}) EXPECT_TRUE(can_log_in("weixin", {name}));
  EXPECT_FALSE(can_log_in("weixin", {"github"}));
  EXPECT_TRUE(can_log_in("qq_openid", {"github", "qq"}));
  EXPECT_TRUE(can_log_in("qq", {"qq"}));
  EXPECT_FALSE(can_log_in("gitee", {"github"}));
  EXPECT_FALSE(can_log_in("weixin", {}));
}

}  // namespace
}  // namespace scanlogin
