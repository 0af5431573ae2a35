#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "unit/all_settings.h"

namespace scanlogin {
namespace {

using Names = std::set<std::string>;

std::filesystem::path source(const std::string& path) {
  const char* root = std::getenv("SOURCE_DIR");
  return std::filesystem::path(root == nullptr ? "." : root) / path;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << "cannot read " << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The first group of each match.
Names all(const std::string& text, const char* pattern) {
  const std::regex regex(pattern, std::regex::multiline);
  Names names;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

struct Settings {
  Names names;    // without NAME_FILE
  Names secrets;  // those that can come as NAME_FILE
};

// Lets all programs ask for each variable, and writes down which ones they ask for.
Settings settings_that_are_read() {
  Names asked;
  const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
    asked.insert(name);
    if (name == "PROVIDERS") return "mp";
    return std::nullopt;
  };
  EXPECT_THROW(read(environment), ConfigError);
  SettingsReader of_others(environment);
  weixin::read_mini_settings(of_others);
  wecom::read_settings(of_others);
  Settings settings;
  for (const std::string& name : asked) {
    if (asked.contains(name + "_FILE")) settings.secrets.insert(name);
    if (!name.ends_with("_FILE") || !asked.contains(name.substr(0, name.size() - 5))) {
      settings.names.insert(name);
    }
  }
  return settings;
}

// The settings table: rows whose first cell holds nothing but names, a secret with a \* behind it.
Settings settings_in_the_table() {
  Settings settings;
  for (const std::string& cell :
       all(content(source("docs/settings.md")), R"(^\|((?: *`[A-Z_]+`(?: \\\*)?,?)+) *\|)")) {
    settings.names.merge(all(cell, "`([A-Z_]+)`"));
    settings.secrets.merge(all(cell, R"(`([A-Z_]+)` \\\*)"));
  }
  return settings;
}

std::string minus(const Names& from, const Names& without) {
  std::string left;
  for (const std::string& name : from) {
    if (!without.contains(name)) left += (left.empty() ? "" : ", ") + name;
  }
  return left;
}

void expect_same(const std::string& list, const Names& listed, const Names& read) {
  const std::string missing = minus(read, listed);
  EXPECT_EQ(missing, "") << "read by a program, but not in " << list;
  const std::string unread = minus(listed, read);
  EXPECT_EQ(unread, "") << "in " << list << ", but read by no program";
}

TEST(SettingsListed, TheExampleFileHasEachSetting) {
  expect_same("scanlogin.env.example",
              all(content(source("scanlogin.env.example")), "^#?([A-Z_]+)="),
              settings_that_are_read().names);
}

TEST(SettingsListed, TheExampleFileNamesEachSecretThatAFileCanHold) {
  const std::string text = content(source("scanlogin.env.example"));
  const std::size_t begin = text.find("NAME_FILE=");
  ASSERT_NE(begin, std::string::npos) << "scanlogin.env.example does not tell of NAME_FILE";
  const std::string paragraph = text.substr(begin, text.find("\n\n", begin) - begin);
  expect_same("what scanlogin.env.example tells of NAME_FILE",
              all(paragraph.substr(paragraph.find('=')), R"(\b([A-Z]+(?:_[A-Z]+)+)\b)"),
              settings_that_are_read().secrets);
}

TEST(SettingsListed, TheTableHasEachSetting) {
  expect_same("the settings table", settings_in_the_table().names, settings_that_are_read().names);
}

TEST(SettingsListed, TheTableMarksEachSecretThatAFileCanHold) {
  expect_same("the settings table with a \\*", settings_in_the_table().secrets,
              settings_that_are_read().secrets);
}

}  // namespace
}  // namespace scanlogin
