#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "unit/all_settings.h"
#include "unit/temporary_file.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

const std::string kKey(32, 'k');

// Every fault, each on a line.
std::string faults_of(const Variables& variables) {
  std::string all;
  for (const std::string& fault : faults_in([&] { read(variables); })) all += fault + "\n";
  return all;
}

// The first key, and what else a program cannot start without, but for one variable.
Variables all_but(const std::string& name) {
  Variables all = {{"SECRET_KEY", kKey}, {"WX_APPID", "wx1"}, {"WX_SECRET", "weixin's"}};
  all.erase(name);
  return all;
}

Variables with(const std::string& name, const std::string& value) {
  Variables all = all_but(name.ends_with("_FILE") ? name.substr(0, name.size() - 5) : name);
  all[name] = value;
  return all;
}

std::string keys(const Config& config) {
  std::string all;
  for (const std::string& key : config.keys.secrets()) all += key + "|";
  return all;
}

struct Secret {
  std::string name;
  std::function<std::string(const AllSettings&)> show;
  std::string value;
};

std::vector<Secret> secrets() {
  return {
      {"SECRET_KEY", [](const AllSettings& c) { return c.keys.secrets().at(0); },
       "0123456789abcdef" + kKey},
      {"SECRET_KEY_FALLBACKS", [](const AllSettings& c) { return c.keys.secrets().at(1); },
       "fedcba9876543210" + kKey},
      {"WX_SECRET", [](const AllSettings& c) { return c.weixin.secret; },
       "wx secret, = \"quoted\""},
      {"MYSQL_PASSWORD", [](const AllSettings& c) { return c.mysql.password; }, " pass;word# "},
      {"REDIS_PASSWORD", [](const AllSettings& c) { return c.redis.password; }, "密码"},
  };
}

TEST(Secret, ComesFromItsVariable) {
  for (const Secret& secret : secrets()) {
    const Variables variables = with(secret.name, secret.value);
    EXPECT_EQ(faults_of(variables), "") << secret.name;
    EXPECT_EQ(secret.show(read(variables)), secret.value) << secret.name;
  }
}

TEST(Secret, ComesFromAFileLessOneLineEnd) {
  for (const Secret& secret : secrets()) {
    for (const std::string line_end : {"", "\n", "\r\n"}) {
      const TemporaryFile file(secret.value + line_end);
      const Variables variables = with(secret.name + "_FILE", file.path());
      EXPECT_EQ(faults_of(variables), "") << secret.name;
      EXPECT_EQ(secret.show(read(variables)), secret.value) << secret.name;
    }
  }
}

TEST(Secret, FileThatIsEmptyOrNotOneLineIsRefused) {
  const std::vector<std::string> contents = {
      "",          "\n",         "\r\n",       kKey + "\n\n", kKey + "\n" + kKey + "\n",
      "\n" + kKey, kKey + "\0"s, kKey + "\tx", kKey + "\x7f"};
  for (const Secret& secret : secrets()) {
    for (const std::string& content : contents) {
      const TemporaryFile file(content);
      EXPECT_EQ(faults_of(with(secret.name + "_FILE", file.path())),
                secret.name + "_FILE names a file that is empty or not one line of text: " +
                    file.path() + "\n");
    }
  }
}

TEST(Secret, FileThatCannotBeReadIsRefused) {
  const TemporaryFile largest(std::string(64 * 1024, 'x'));
  const TemporaryFile too_large(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(faults_of(with("SECRET_KEY_FILE", largest.path())), "");
  for (const Secret& secret : secrets()) {
    for (const std::string& path : {"/nonexistent/file"s, "/"s, too_large.path()}) {
      EXPECT_EQ(faults_of(with(secret.name + "_FILE", path)),
                secret.name + "_FILE names a file that cannot be read: " + path + "\n");
    }
  }
}

TEST(Secret, GivenBothWaysIsRefused) {
  for (const Secret& secret : secrets()) {
    const TemporaryFile file(secret.value);
    Variables both = with(secret.name, secret.value);
    both[secret.name + "_FILE"] = file.path();
    EXPECT_EQ(faults_of(both),
              secret.name + " is set, and " + secret.name + "_FILE too: give one of them\n");
  }
}

TEST(Secret, WithAControlCharacterIsRefused) {
  for (const Secret& secret : secrets()) {
    for (const std::string bad : {"\n", "\r", "\t", "\x7f"}) {
      EXPECT_EQ(faults_of(with(secret.name, kKey + bad)),
                secret.name + " holds a control character\n");
    }
  }
}

TEST(Secret, ThatIsRequiredAndMissingIsOneFault) {
  const std::string no_key = faults_of(all_but("SECRET_KEY"));
  EXPECT_EQ(no_key, "SECRET_KEY is not set: it signs the tokens, 32 random bytes or more\n");
  const std::string no_secret = faults_of(all_but("WX_SECRET"));
  EXPECT_EQ(no_secret, "WX_SECRET is not set: the app's secret at WeChat\n");
}

TEST(Secret, ValueIsNeverPartOfAFault) {
  const std::string value = "hunter2\n";
  Variables wrong;
  for (const Secret& secret : secrets()) wrong[secret.name] = value;
  EXPECT_EQ(faults_of(wrong).find("hunter2"), std::string::npos) << faults_of(wrong);
  for (auto& [name, secret] : wrong) secret = "hunter2";
  EXPECT_NE(faults_of(wrong), "");
  EXPECT_EQ(faults_of(wrong).find("hunter2"), std::string::npos) << faults_of(wrong);
  const TemporaryFile file("hunter2\nhunter2");
  Variables files;
  for (const Secret& secret : secrets()) files[secret.name + "_FILE"] = file.path();
  EXPECT_NE(faults_of(files), "");
  EXPECT_EQ(faults_of(files).find("hunter2"), std::string::npos) << faults_of(files);
}

TEST(SecretKey, OfFewerThan32BytesIsRefused) {
  EXPECT_EQ(faults_of(with("SECRET_KEY", std::string(32, 'x'))), "");
  EXPECT_EQ(faults_of(with("SECRET_KEY", std::string(31, 'x'))),
            "SECRET_KEY has fewer than 32 bytes\n");
  EXPECT_EQ(faults_of(with("SECRET_KEY", "x")), "SECRET_KEY has fewer than 32 bytes\n");
}

TEST(SecretKey, FallbacksFollowInTheirOrder) {
  const std::string a(32, 'a');
  const std::string b(40, 'b');
  EXPECT_EQ(keys(read(all_but(""))), kKey + "|");
  EXPECT_EQ(keys(read(with("SECRET_KEY_FALLBACKS", a))), kKey + "|" + a + "|");
  EXPECT_EQ(keys(read(with("SECRET_KEY_FALLBACKS", b + "," + a))), kKey + "|" + b + "|" + a + "|");
  EXPECT_EQ(keys(read(with("SECRET_KEY_FALLBACKS", "," + a + ",," + b + ","))),
            kKey + "|" + a + "|" + b + "|");
}

TEST(SecretKey, AFallbackOfFewerThan32BytesIsRefused) {
  const std::string fault = "SECRET_KEY_FALLBACKS lists a key with fewer than 32 bytes\n";
  EXPECT_EQ(faults_of(with("SECRET_KEY_FALLBACKS", std::string(31, 'x'))), fault);
  EXPECT_EQ(faults_of(with("SECRET_KEY_FALLBACKS", kKey + ",x")), fault);
  EXPECT_EQ(faults_of(with("SECRET_KEY_FALLBACKS", "x," + kKey)), fault);
}

TEST(ProcessEnvironment, TellsSetFromNotSet) {
  setenv("SCANLOGIN_CONFIG_TEST", "x", 1);
  EXPECT_EQ(process_environment("SCANLOGIN_CONFIG_TEST"), "x");
  setenv("SCANLOGIN_CONFIG_TEST", "", 1);
  EXPECT_EQ(process_environment("SCANLOGIN_CONFIG_TEST"), "");
  unsetenv("SCANLOGIN_CONFIG_TEST");
  EXPECT_EQ(process_environment("SCANLOGIN_CONFIG_TEST"), std::nullopt);
}

}  // namespace
}  // namespace scanlogin
