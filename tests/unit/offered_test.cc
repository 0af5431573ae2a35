#include "domain/providers/offered.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/all_settings.h"
#include "unit/shipped_provider.h"

namespace scanlogin {
namespace {

using Strings = std::vector<std::string>;

const Variables kGithub = {{"PROVIDER_DIR", oauth::shipped_directory()},
                           {"GITHUB_CLIENT_ID", "id"},
                           {"GITHUB_CLIENT_SECRET", "secret"}};

struct Read {
  std::vector<Offered> offered;
  Strings faults;
};

Read offered(Variables variables, const Variables& more = kGithub) {
  variables.insert(more.begin(), more.end());
  const Environment given = environment(variables);
  SettingsReader reader(given);
  Read read{.offered = read_offered(reader), .faults = {}};
  read.faults = reader.faults();
  return read;
}

// Nothing is sent to it before it is needed.
redis::Client& redis_client() {
  static redis::Client client(RedisConfig(), 1, Log("test", LogLevel::error));
  return client;
}

Strings names(const std::vector<Offered>& all) {
  Strings names;
  for (const Offered& one : all) names.push_back(one.name);
  return names;
}

TEST(Offered, IsWeChatAloneByDefault) {
  const Read read = offered({}, {});
  EXPECT_EQ(read.faults, Strings{});
  EXPECT_EQ(names(read.offered), Strings{"wx"});
  EXPECT_EQ(make_provider(read.offered[0], 1, redis_client()), nullptr);
}

TEST(Offered, IsInTheOrderOfTheSettingWhateverStandsBetween) {
  const Variables corp = {{"CORP_ISSUER", "https://id.example.com"},
                          {"CORP_CLIENT_ID", "id"},
                          {"CORP_CLIENT_SECRET", "secret"},
                          {"PROVIDERS", "github,  wx corp"}};
  const Read read = offered(corp);
  EXPECT_EQ(read.faults, Strings{});
  EXPECT_EQ(names(read.offered), (Strings{"github", "wx", "corp"}));
  EXPECT_EQ(make_provider(read.offered[0], 1, redis_client())->facts().label, "GitHub");
  EXPECT_EQ(make_provider(read.offered[2], 1, redis_client())->facts().identity_type, "corp");
}

TEST(Offered, HasWeComWithSettingsOfItsOwnWhateverFilesThereAre) {
  const Read read = offered({{"PROVIDERS", "wecom"},
                             {"WECOM_CORPID", "ww1"},
                             {"WECOM_AGENT_ID", "1000002"},
                             {"WECOM_SECRET", "S"}});
  EXPECT_EQ(read.faults, Strings{});
  EXPECT_EQ(make_provider(read.offered[0], 1, redis_client())->facts().label_zh, "企业微信");
  EXPECT_EQ(offered({{"PROVIDERS", "wecom"}}).faults.size(), 3U);
}

TEST(Offered, HasWeChatsOtherWaysIn) {
  const Read read =
      offered({{"PROVIDERS", "mini mp wx"}, {"MP_APPID", "app"}, {"MP_SECRET", "secret"}}, {});
  EXPECT_EQ(read.faults, Strings{});
  EXPECT_EQ(names(read.offered), (Strings{"mini", "mp", "wx"}));
  EXPECT_EQ(make_provider(read.offered[0], 1, redis_client()), nullptr) << "a program of its own";
  EXPECT_EQ(make_provider(read.offered[1], 1, redis_client())->facts().identity_type, "mp_openid");
  EXPECT_TRUE(offers(read.offered, "mini"));
  EXPECT_FALSE(offers(read.offered, "github"));
  EXPECT_EQ(offered({{"PROVIDERS", "mp"}}, {}).faults.size(), 2U);
}

TEST(Offered, NamesEachFault) {
  const std::string directory = oauth::shipped_directory();
  EXPECT_EQ(offered({{"PROVIDERS", "github github"}}).faults,
            Strings{"PROVIDERS names github twice"});
  EXPECT_EQ(offered({{"PROVIDERS", "gitub"}}).faults,
            Strings{"PROVIDERS names gitub, but there is no " + directory +
                    "/gitub.json, and no GITUB_ISSUER"});
  EXPECT_EQ(names(offered({{"PROVIDERS", " , "}}).offered), Strings{}) << "of which Config tells";
  for (const char* name : {"GitHub", "../github", "a-b", "1a", "weixin", "微信"}) {
    EXPECT_EQ(offered({{"PROVIDERS", name}}).faults,
              Strings{"PROVIDERS has to be names of a-z and 0-9, 24 characters at the most, like: "
                      "wx github"})
        << name;
  }
  EXPECT_EQ(offered({{"PROVIDERS", "github"}}, {{"PROVIDER_DIR", directory}}).faults.size(), 2U);
}

}  // namespace
}  // namespace scanlogin
