#include "domain/schema/migration.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/schema/schema.h"

namespace scanlogin {
namespace {

// A directory with these files, for as long as this lives.
class Directory {
 public:
  explicit Directory(const std::map<std::string, std::string>& files) {
    std::string name = (std::filesystem::temp_directory_path() / "scanlogin-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory");
    path = name;
    for (const auto& [file, text] : files) std::ofstream(path + "/" + file) << text;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string path;
};

std::string refusal_of(const std::map<std::string, std::string>& files) {
  const Directory directory(files);
  try {
    read_migrations(directory.path);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.what();
  }
}

std::string refusal_of(const std::string& file, const std::string& text) {
  try {
    parse_migration(file, text);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Migration, HasItsNumberAndItsNameFromItsFile) {
  const Migration migration = parse_migration("0012-what-it-does.sql", "DO 0;\n");
  EXPECT_EQ(migration.number, 12);
  EXPECT_EQ(migration.name, "0012-what-it-does");
  EXPECT_EQ(migration.text, "DO 0;\n");
  EXPECT_EQ(migration.look, "");
  EXPECT_EQ(migration.oldest_program, 0);
}

TEST(Migration, LooksAsFarAsTheLineWhereChangesBegin) {
  const std::string look = "-- It looks first.\nSELECT 1;\n\n";
  const std::string text = look + "-- Changes begin here.\nDO 0;\n";
  const Migration migration = parse_migration("0001-a.sql", text);
  EXPECT_EQ(migration.look, look);
  EXPECT_EQ(migration.text, text);
}

TEST(Migration, OnlyAWholeLineIsThatLine) {
  EXPECT_EQ(parse_migration("0001-a.sql", "DO 0; -- Changes begin here.\nDO 1;\n").look, "");
  EXPECT_EQ(parse_migration("0001-a.sql", "-- Changes begin here. Or not.\nDO 1;\n").look, "");
}

TEST(Migration, TurnsOlderProgramsAwayByALineOfItsOwn) {
  EXPECT_EQ(parse_migration("0007-a.sql", "-- Oldest program: 7.\nDO 0;\n").oldest_program, 7);
  EXPECT_EQ(parse_migration("0007-a.sql", "-- A.\n-- Oldest program: 6.\nDO 0;\n").oldest_program,
            6);
  EXPECT_EQ(parse_migration("0007-a.sql", "DO 0; -- Oldest program: 6.\n").oldest_program, 0);
  for (const char* nonsense : {"", "7", "seven.", "0.", "-1.", "7. ", "7.."}) {
    EXPECT_NE(refusal_of("0007-a.sql", std::string("-- Oldest program: ") + nonsense + "\nDO 0;\n"),
              "")
        << nonsense;
  }
}

TEST(Migration, OtherNamesAreRefused) {
  const std::string longest = "0001-" + std::string(59, 'a');
  EXPECT_EQ(refusal_of(longest + ".sql", "DO 0;\n"), "");
  for (const std::string name :
       {"1-a.sql", "00001-a.sql", "0001.sql", "0001-.sql", "0001_a.sql", "0001-a b.sql",
        "-001-a.sql", "0001-a.SQL", "0001-a", "a.sql", ".sql", ""}) {
    EXPECT_NE(refusal_of(name, "DO 0;\n"), "") << name;
  }
  EXPECT_NE(refusal_of(longest + "a.sql", "DO 0;\n"), "");
}

TEST(Migrations, AreReadInTheirOrderAndOtherFilesLeftAlone) {
  const Directory directory(
      {{"0001-b.sql", "DO 1;"}, {"0000-a.sql", "DO 0;"}, {"0002-c.sql~", "x"}, {"README", "x"}});
  const std::vector<Migration> migrations = read_migrations(directory.path);
  ASSERT_EQ(migrations.size(), 2U);
  EXPECT_EQ(migrations[0].name, "0000-a");
  EXPECT_EQ(migrations[1].text, "DO 1;");
}

TEST(Migrations, AGapANumberTwiceAndNothingAreRefused) {
  EXPECT_NE(refusal_of({{"0000-a.sql", "DO 0;"}, {"0002-b.sql", "DO 0;"}}), "");
  EXPECT_NE(refusal_of({{"0001-a.sql", "DO 0;"}}), "");
  EXPECT_NE(refusal_of({{"0000-a.sql", "DO 0;"}, {"0000-b.sql", "DO 0;"}}), "");
  EXPECT_NE(refusal_of({{"0000-a.sql", ""}}), "");
  EXPECT_NE(refusal_of(std::map<std::string, std::string>{}), "");
  EXPECT_THROW(read_migrations("/nowhere/at/all"), Error);
}

TEST(Migrations, TheNewestIsTheOneThatProgramsNeed) {
  const char* root = std::getenv("SOURCE_DIR");
  const auto migrations =
      read_migrations(std::string(root == nullptr ? "." : root) + "/sql/migrations");
  EXPECT_EQ(migrations.back().number, kSchema);
  for (const Migration& migration : migrations) {
    EXPECT_LE(migration.oldest_program, kSchema) << migration.name;
  }
}

}  // namespace
}  // namespace scanlogin
