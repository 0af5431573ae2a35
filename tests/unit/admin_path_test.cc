#include <gtest/gtest.h>

#include <string>

#include "api/admin_api.h"

namespace scanlogin {
namespace {

// "ID action", "-" for no id, or "none" for a path that is not valid.
std::string parts(const std::string& path) {
  const AdminPath found = admin_path(path, "/api/user/admin/users/");
  if (!found.valid) return "none";
  const std::string id = found.id ? std::to_string(*found.id) : "-";
  return found.action.empty() ? id : id + " " + found.action;
}

TEST(AdminPath, IsTheListOneOfItOrWhatIsDoneWithIt) {
  EXPECT_EQ(parts("/api/user/admin/users"), "-");
  EXPECT_EQ(parts("/api/user/admin/users/"), "-");
  EXPECT_EQ(parts("/api/user/admin/users/7"), "7");
  EXPECT_EQ(parts("/api/user/admin/users/7/"), "7");
  EXPECT_EQ(parts("/api/user/admin/users/7/logout"), "7 logout");
  EXPECT_EQ(parts("/api/user/admin/users/7/logout/"), "7 logout");
}

TEST(AdminPath, IsNothingElse) {
  for (const std::string path :
       {"/api/user/admin/usersX7", "/api/user/admin/users/x", "/api/user/admin/users/7x",
        "/api/user/admin/users/0", "/api/user/admin/users/-1", "/api/user/admin/users//7",
        "/api/user/admin/users/7//", "/api/user/admin/users/7///",
        "/api/user/admin/users/7/logout//", "/api/user/admin/users/7/a/b",
        "/api/user/admin/users/99999999999999999999"}) {
    EXPECT_EQ(parts(path), "none") << path;
  }
}

}  // namespace
}  // namespace scanlogin
