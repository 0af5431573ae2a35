#include "api/guard.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/request_token.h"

namespace scanlogin {
namespace {

std::string header_of(const Response& response, const std::string& name) {
  std::string value = "(none)";
  for (const auto& header : response.headers) {
    if (header.first == name) value = header.second;
  }
  return value;
}

using Parameters = std::map<std::string, std::string>;

Request request(const Parameters& parameters) {
  return {{parameters.begin(), parameters.end()}, ""};
}

std::string text_of(std::int64_t id, const std::string& name, const std::string& nickname,
                    bool is_staff) {
  User user;
  user.id = id;
  user.username = name;
  user.nickname = nickname;
  user.is_staff = is_staff;
  return guard_text(user);
}

// What a browser sends that navigates, with some of it changed.
Parameters navigation(const Parameters& changes = {}) {
  Parameters all{{"GUARDED_METHOD", "GET"},
                 {"REQUEST_URI", "/members/"},
                 {"HTTP_ACCEPT", "text/html,*/*;q=0.8"},
                 {"HTTP_SEC_FETCH_MODE", "navigate"}};
  for (const auto& [name, value] : changes) all[name] = value;
  return all;
}

Response refusal(const Parameters& parameters, int status = 401, const Config& config = {}) {
  Response reply = status == 401 ? denied(Denial::missing) : forbidden();
  return guard_refusal(std::move(reply), config, request(parameters));
}
std::string login_for(const Parameters& changes) {
  return header_of(refusal(navigation(changes)), "X-Scanlogin-Login");
}

TEST(Guard, TellsWhoItIs) {
  const std::string text = text_of(7, "li@x", "李 \"四\"\n", true);
  const Response reply = guard_response(text, Admitted::users, {}, request({}));
  EXPECT_EQ(head_of(reply),
            "Status: 204 No Content\r\nCache-Control: no-store\r\nX-User-Id: 7\r\nX-User-Name: "
            "li@x\r\nX-User-Nickname: %E6%9D%8E%20%22%E5%9B%9B%22%0A\r\nX-User-Staff: "
            "1\r\nX-Auth-Request-User: 7\r\nX-Auth-Request-Preferred-Username: li@x\r\n\r\n");
  EXPECT_EQ(reply.body, "");
}

TEST(Guard, NamesStayDistinctAndCannotLeaveTheirHeader) {
  for (const auto& [name, told] : std::vector<std::pair<std::string, std::string>>{
           {"user_1-2.a~b@c+d", "user_1-2.a~b@c+d"},
           {"王@x", "%E7%8E%8B@x"},
           {"%E7%8E%8B@x", "%25E7%258E%258B@x"},
           {"a\r\nX-User-Id: 1", "a%0D%0AX-User-Id%3A%201"},
           {"a\nb", "a%0Ab"},
           {"", ""}}) {
    const Response reply =
        guard_response(text_of(1, name, "", false), Admitted::users, {}, request({}));
    EXPECT_EQ(header_of(reply, "X-User-Name"), told);
    EXPECT_EQ(header_of(reply, "X-Auth-Request-Preferred-Username"), told);
    EXPECT_EQ(header_of(reply, "X-User-Staff"), "0");
  }
}

TEST(Guard, AdmitsStaffAloneWhereThatIsAsked) {
  const std::string user = text_of(7, "li", "", false);
  const std::string staff = text_of(8, "wang", "", true);
  const Response no = guard_response(user, Admitted::staff, {}, request(navigation()));
  EXPECT_EQ(no.status, 403);
  EXPECT_EQ(header_of(no, "X-Scanlogin-Reply"), R"({"code":1003,"msg":"没有权限"})");
  EXPECT_EQ(header_of(no, "X-Scanlogin-Login"), "(none)") << "whoever is logged in";
  EXPECT_EQ(header_of(no, "X-User-Id"), "(none)");
  EXPECT_EQ(guard_response(staff, Admitted::staff, {}, request({})).status, 204);
}

TEST(Guard, SaysInAHeaderWhatIsInTheBody) {
  for (const int status : {401, 403}) {
    const Response reply = refusal({}, status);
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(header_of(reply, "X-Scanlogin-Reply"), reply.body);
  }
}

TEST(Guard, LeadsABrowserThatNavigatesToTheLoginPage) {
  EXPECT_EQ(login_for({}), "/login/?next=%2Fmembers%2F");
  EXPECT_EQ(login_for({{"HTTP_SEC_FETCH_MODE", ""}}), "/login/?next=%2Fmembers%2F");
  EXPECT_EQ(login_for({{"HTTP_ACCEPT", "TEXT/HTML"}}), "/login/?next=%2Fmembers%2F");
  EXPECT_EQ(header_of(refusal(navigation()), "WWW-Authenticate"), "(none)");
  Config config;
  config.login_url = "/in";
  EXPECT_EQ(header_of(refusal(navigation(), 401, config), "X-Scanlogin-Login"),
            "/in?next=%2Fmembers%2F");
}

TEST(Guard, LeadsNobodyElse) {
  for (const Parameters& change : std::vector<Parameters>{{{"GUARDED_METHOD", "POST"}},
                                                          {{"GUARDED_METHOD", "HEAD"}},
                                                          {{"GUARDED_METHOD", "OPTIONS"}},
                                                          {{"GUARDED_METHOD", ""}},
                                                          {{"HTTP_ACCEPT", "*/*"}},
                                                          {{"HTTP_ACCEPT", ""}},
                                                          {{"HTTP_ACCEPT", "application/json"}},
                                                          {{"HTTP_SEC_FETCH_MODE", "cors"}},
                                                          {{"HTTP_SEC_FETCH_MODE", "no-cors"}},
                                                          {{"HTTP_SEC_FETCH_MODE", "websocket"}}}) {
    EXPECT_EQ(login_for(change), "(none)") << change.begin()->first << change.begin()->second;
    EXPECT_EQ(header_of(refusal(navigation(change)), "WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(header_of(refusal(navigation(), 403), "X-Scanlogin-Login"), "(none)");
}

TEST(Guard, NextIsThePathAndQueryAsTheyWereSent) {
  EXPECT_EQ(login_for({{"REQUEST_URI", "/a/b?c=d&e=%2F%23+f#g"}}),
            "/login/?next=%2Fa%2Fb%3Fc%3Dd%26e%3D%252F%2523%2Bf%23g");
  EXPECT_EQ(login_for({{"REQUEST_URI", "/会员/"}}), "/login/?next=%2F%E4%BC%9A%E5%91%98%2F");
}

TEST(Guard, NextIsAlwaysAPathOfTheSite) {
  for (const std::string uri :
       {"//evil.example/", "/\\evil.example", "", "*", "https://evil.example/", "/\tevil",
        "///evil.example", "evil.example"}) {
    EXPECT_EQ(login_for({{"REQUEST_URI", uri}}), "/login/") << uri;
  }
}

TEST(Guard, NextThatMakesTheUrlTooLongIsLeftOut) {
  const std::string before = "/login/?next=%2F";
  const std::string longest(7500 - before.size(), 'x');
  EXPECT_EQ(login_for({{"REQUEST_URI", "/" + longest}}), before + longest);
  EXPECT_EQ(login_for({{"REQUEST_URI", "/" + longest + "x"}}), "/login/");
}

TEST(Guard, ALoginPageThatIsGuardedDoesNotLeadToItself) {
  for (const std::string uri : {"/login/", "/login/?", "/login/?next=%2Flogin%2F"}) {
    EXPECT_EQ(login_for({{"REQUEST_URI", uri}}), "(none)") << uri;
  }
  EXPECT_NE(login_for({{"REQUEST_URI", "/login/more"}}), "(none)");
}

}  // namespace
}  // namespace scanlogin
