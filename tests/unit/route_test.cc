#include "server/route.h"

#include <gtest/gtest.h>

#include <string>

namespace scanlogin {
namespace {

const Routes<const char*> kRoutes = {
    {"GET", "/api/user/admin/users/", "list"},
    {"GET", "/api/user/admin/users/{id}/", "show"},
    {"PATCH", "/api/user/admin/users/{id}/", "change"},
    {"POST", "/api/user/admin/users/{id}/logout/", "log out"},
    {"DELETE", "/api/user/admin/users/{id}/sessions/{session}/", "end"},
};
const std::string kSession = "0123456789abcdef0123456789abcdef";

// "HANDLER ID", "-" for no id; else the status, and the header Allow where there is one.
std::string found(const Routes<const char*>& routes, const std::string& method,
                  const std::string& path) {
  const Request request({{"REQUEST_METHOD", method}, {"SCRIPT_NAME", path}}, "");
  const auto result = route(routes, request);
  if (const auto* routed = std::get_if<Routed<const char*>>(&result)) {
    const PathMatch& match = routed->match;
    return *routed->handler + std::string(" ") + (match.id > 0 ? std::to_string(match.id) : "-") +
           (match.session.empty() ? "" : " " + std::string(match.session));
  }
  const auto& response = std::get<Response>(result);
  std::string text = std::to_string(response.status);
  for (const auto& [name, value] : response.headers) {
    if (name == "Allow") text += " " + value;
  }
  return text;
}

std::string at(const std::string& path, const std::string& method = "GET") {
  return found(kRoutes, method, "/api/user/admin/users" + path);
}

TEST(Route, IsFoundByPathAndMethod) {
  EXPECT_EQ(at("/"), "list -");
  EXPECT_EQ(at("/7/"), "show 7");
  EXPECT_EQ(at("/7/", "PATCH"), "change 7");
  EXPECT_EQ(at("/7/logout/", "POST"), "log out 7");
  EXPECT_EQ(at("/9223372036854775807/"), "show 9223372036854775807");
  EXPECT_EQ(at("/7/sessions/" + kSession + "/", "DELETE"), "end 7 " + kSession);
}

TEST(Route, NamesASessionBy32LowerCaseHexDigits) {
  const std::string digits = kSession.substr(1);
  for (const std::string& session : {digits, digits + "00", digits + "A", digits + "g",
                                     digits + "\n", std::string(), kSession + "x", digits + "/0"}) {
    EXPECT_EQ(at("/7/sessions/" + session + "/", "DELETE"), "404") << session;
  }
}

TEST(Route, NamesAProviderBySmallLettersAndDigits) {
  const Routes<const char*> routes = {{"GET", "/login/{provider}/start/", "start"}};
  EXPECT_EQ(found(routes, "GET", "/login/github2/start/"), "start -");
  for (const char* name : {"", "GitHub", "a-b", "a b", "a%62", "../x", "微信"}) {
    EXPECT_EQ(found(routes, "GET", "/login/" + std::string(name) + "/start/"), "404") << name;
  }
}

TEST(Route, TakesAPathWithoutItsLastSlashAndHeadForGet) {
  EXPECT_EQ(at(""), "list -");
  EXPECT_EQ(at("/7", "HEAD"), "show 7");
  EXPECT_EQ(at("/7/logout", "POST"), "log out 7");
}

TEST(Route, OfAnotherPathIsNone) {
  for (const std::string path :
       {"X7", "/x", "/7x", "/0", "/-1", "/+1", "//7", "//", "/7//", "/7///", "/7/logout//",
        "/7/a/b", "/7/logoutx", "/logout", "/99999999999999999999", "/7/logout/x", "/{id}/"}) {
    EXPECT_EQ(at(path), "404") << path;
  }
  EXPECT_EQ(found(kRoutes, "GET", ""), "404");
}

TEST(Route, OfAnotherMethodNamesThoseThatThePathHas) {
  EXPECT_EQ(at("/", "POST"), "405 GET, HEAD");
  EXPECT_EQ(at("/7/", "DELETE"), "405 GET, HEAD, PATCH");
  EXPECT_EQ(at("/7/logout/"), "405 POST");
  EXPECT_EQ(at("/", "get"), "405 GET, HEAD");
  EXPECT_EQ(at("/", ""), "405 GET, HEAD");
}

TEST(Route, ThereAreMethodsOfAPath) {
  const auto methods = [](const std::string& path) {
    return methods_of(kRoutes, Request({{"SCRIPT_NAME", path}}, "")).text();
  };
  EXPECT_EQ(methods("/api/user/admin/users"), "GET, HEAD");
  EXPECT_EQ(methods("/api/user/admin/users/7/"), "GET, HEAD, PATCH");
  EXPECT_EQ(methods("/api/user/admin/users/x/"), "");
}

TEST(Route, WithoutAPathTakesWhateverPathComes) {
  const Routes<const char*> routes = {{"POST", "", "log out"}};
  EXPECT_EQ(found(routes, "POST", "/api/user/logout/"), "log out -");
  EXPECT_EQ(found(routes, "POST", ""), "log out -");
  EXPECT_EQ(found(routes, "HEAD", "/"), "405 POST");
}

TEST(Route, MethodsOfAllRowsAreListedInOneOrder) {
  const Methods methods = methods_of(kRoutes);
  EXPECT_EQ(methods.text(), "GET, HEAD, POST, PATCH, DELETE");
  EXPECT_TRUE(methods.have("HEAD"));
  for (const char* method : {"PUT", "get", ""}) EXPECT_FALSE(methods.have(method)) << method;
}

}  // namespace
}  // namespace scanlogin
