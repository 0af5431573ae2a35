// Which identities are unlinked together, and how a user is shown them.
#include "domain/users/linked_identities.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace scanlogin {
namespace {

// Identities of these types, with the ids 1, 2 and so on.
std::vector<LinkedIdentity> of_types(const std::vector<std::string>& types) {
  std::vector<LinkedIdentity> all;
  for (const std::string& type : types) {
    const auto id = static_cast<std::int64_t>(all.size() + 1);
    all.push_back({.id = id, .identity = {type, "x" + std::to_string(id)}});
  }
  return all;
}

using Ids = std::vector<std::int64_t>;

Ids unlinked(std::int64_t id, const std::vector<std::string>& types) {
  Ids ids;
  for (const LinkedIdentity& one : unlinked_with(id, of_types(types))) ids.push_back(one.id);
  return ids;
}

TEST(UnlinkedWith, OneByItselfGoesAlone) {
  EXPECT_EQ(unlinked(1, {"github"}), Ids({1}));
  EXPECT_EQ(unlinked(2, {"github", "google", "github"}), Ids({2}));
  EXPECT_EQ(unlinked(1, {"wx_openid", "github"}), Ids({1}));
  EXPECT_EQ(unlinked(1, {"weixin", "github"}), Ids({1}));
}

TEST(UnlinkedWith, AUnionidAndTheOpenidsUnderItGoTogether) {
  const std::vector<std::string> types = {"weixin", "github", "wx_openid", "wx_openid"};
  EXPECT_EQ(unlinked(1, types), Ids({1, 3, 4}));
  EXPECT_EQ(unlinked(3, types), Ids({1, 3, 4}));
  EXPECT_EQ(unlinked(2, types), Ids({2}));
}

TEST(UnlinkedWith, WhatHoldsForWeChatHoldsForProvidersOfFiles) {
  const std::vector<std::string> types = {"qq_openid", "github", "qq", "github", "feishu_openid"};
  EXPECT_EQ(unlinked(1, types), Ids({1, 3}));
  EXPECT_EQ(unlinked(3, types), Ids({1, 3}));
  EXPECT_EQ(unlinked(2, types), Ids({2})) << "another account there";
  EXPECT_EQ(unlinked(5, types), Ids({5}));
}

TEST(UnlinkedWith, WithoutAnOpenidEachUnionidGoesAlone) {
  EXPECT_EQ(unlinked(1, {"weixin", "weixin"}), Ids({1}));
}

TEST(UnlinkedWith, WithoutAUnionidEachOpenidGoesAlone) {
  EXPECT_EQ(unlinked(2, {"wx_openid", "wx_openid"}), Ids({2}));
}

TEST(UnlinkedWith, WithSeveralUnionidsOverOpenidsAllGo) {
  EXPECT_EQ(unlinked(2, {"weixin", "wx_openid", "weixin", "wx_openid"}), Ids({1, 2, 3, 4}));
}

TEST(UnlinkedWith, TypesThatHaveNoUnionAreNotJoinedByAnEmptyOne) {
  EXPECT_EQ(unlinked(1, {"", "github", ""}), Ids({1}));
}

TEST(UnlinkedWith, NothingGoesWithAnIdThatIsNotAmongThem) {
  EXPECT_EQ(unlinked(3, {"weixin", "wx_openid"}), Ids());
  EXPECT_EQ(unlinked(1, {}), Ids());
}

TEST(CanLogInWithout, CountsWhatStaysAndWhoseProviderIsOffered) {
  const std::vector<LinkedIdentity> all = {{.id = 1, .identity = {"wx_openid", "a"}},
                                           {.id = 2, .identity = {"github", "b"}}};
  const std::vector<std::string> both = {"wx", "github"};
  EXPECT_TRUE(can_log_in_without({all[0]}, all, both));
  EXPECT_TRUE(can_log_in_without({}, all, {"wx"}));
  EXPECT_FALSE(can_log_in_without({all[0]}, all, {"wx"}));
  EXPECT_FALSE(can_log_in_without(all, all, both));
  EXPECT_FALSE(can_log_in_without({}, {}, both));
}

TEST(LinkedIdentityJson, ShowsTheProviderAndTheTimesAndNotTheOauthId) {
  const LinkedIdentity linked{.id = 9007199254740993,
                              .identity = {"wx_openid", "o6_secret"},
                              .created_time = "2026-01-02 03:04:05.000006",
                              .last_mod_time = "2026-01-02 03:04:05"};
  EXPECT_EQ(
      to_json(linked).text(),
      R"({"id":9007199254740993,"oauth_type":"wx_openid","provider":"wx",)"
      R"("created_time":"2026-01-02T03:04:05.000006Z","last_mod_time":"2026-01-02T03:04:05Z"})");
}

TEST(LinkedIdentityJson, ATimeThatIsNoneIsNull) {
  const LinkedIdentity linked{.id = 1,
                              .identity = {"github", "x"},
                              .created_time = "0000-00-00 00:00:00.000000",
                              .last_mod_time = ""};
  EXPECT_EQ(to_json(linked).text(), R"({"id":1,"oauth_type":"github","provider":"github",)"
                                    R"("created_time":null,"last_mod_time":null})");
}

}  // namespace
}  // namespace scanlogin
