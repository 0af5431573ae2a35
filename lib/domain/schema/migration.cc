#include "domain/schema/migration.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kDigits = 4;
constexpr std::size_t kLongestName = 64;  // of scanlogin_schema.name
constexpr std::string_view kSuffix = ".sql";
constexpr std::string_view kOldestProgram = "\n-- Oldest program: ";

[[noreturn]] void refuse(const std::string& fault) { throw Error(ErrorKind::config, fault); }

bool is_name(std::string_view name) {
  const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() > kDigits + 1 && name.size() <= kLongestName && name[kDigits] == '-' &&
         std::all_of(name.begin(), name.begin() + kDigits, is_digit) &&
         std::all_of(name.begin(), name.end(), fits);
}

std::int64_t oldest_program_in(const std::string& name, const std::string& text) {
  const std::string lines = "\n" + text;
  const std::size_t at = lines.find(kOldestProgram);
  if (at == std::string::npos) return 0;
  const std::size_t begin = at + kOldestProgram.size();
  const std::string line = lines.substr(begin, lines.find('\n', begin) - begin);
  const auto number = whole_number(std::string_view(line).substr(0, line.rfind('.')));
  if (!line.ends_with('.') || !number || *number < 1) {
    refuse(name + " says nonsense of the oldest program: " + line);
  }
  return *number;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty()) refuse("cannot read " + path.string());
  return text;
}

}  // namespace

Migration parse_migration(const std::string& file_name, std::string text) {
  const std::string name = file_name.substr(0, file_name.size() - kSuffix.size());
  if (!file_name.ends_with(kSuffix) || !is_name(name)) {
    refuse(file_name + " is no migration's name, like 0006-what-it-does.sql");
  }
  Migration migration;
  migration.number = *whole_number(name.substr(0, kDigits));
  migration.name = name;
  migration.oldest_program = oldest_program_in(name, text);
  const std::size_t changes = ("\n" + text).find(std::string("\n") + kChanges);
  if (changes != std::string::npos) migration.look = text.substr(0, changes);
  migration.text = std::move(text);
  return migration;
}

std::vector<Migration> read_migrations(const std::string& directory) {
  std::vector<Migration> migrations;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() != kSuffix) continue;
    migrations.push_back(
        parse_migration(entry.path().filename().string(), content_of(entry.path())));
  }
  if (error) refuse("cannot read the migrations in " + directory + ": " + error.message());
  std::sort(migrations.begin(), migrations.end(),
            [](const Migration& a, const Migration& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].number == static_cast<std::int64_t>(i)) continue;
    refuse("there is no migration " + std::to_string(i) + " in " + directory + ", or two of them");
  }
  if (migrations.empty()) refuse("there are no migrations in " + directory);
  return migrations;
}

}  // namespace scanlogin
