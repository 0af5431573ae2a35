#include "server/response.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

// A response as it goes out: head and body.
std::string sent(const Response& response) { return head_of(response) + response.body; }

std::string json(const std::string& status, const std::string& more, const std::string& body) {
  return "Status: " + status +
         "\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Response, HasTheEnvelopeOfACodeAndAMessage) {
  EXPECT_EQ(sent(message_response(200, 200, "登出成功")),
            json("200 OK", "", R"({"code":200,"msg":"登出成功"})"));
  EXPECT_EQ(sent(message_response(200, 40029, "invalid code, hints: [ req_id: x ]")),
            json("200 OK", "", R"({"code":40029,"msg":"invalid code, hints: [ req_id: x ]"})"));
  EXPECT_EQ(sent(message_response(200, -1, "system error")),
            json("200 OK", "", R"({"code":-1,"msg":"system error"})"));
  EXPECT_EQ(sent(message_response(502, "weixin-unavailable", "微信服务暂不可用，请稍后再试")),
            json("502 Bad Gateway", "",
                 R"({"code":"weixin-unavailable","msg":"微信服务暂不可用，请稍后再试"})"));
}

TEST(Response, MessageIsEscapedForJsonAndAlwaysUtf8) {
  EXPECT_EQ(message_response(200, 1, "a\"b\\c\n").body, R"({"code":1,"msg":"a\"b\\c\n"})");
  EXPECT_EQ(message_response(200, 1, "\xff").body, "{\"code\":1,\"msg\":\"\ufffd\"}");
}

TEST(Response, ParamsErrorIs200) {
  EXPECT_EQ(sent(params_error("缺少参数 uuid")),
            json("200 OK", "", R"({"code":"params-error","msg":"缺少参数 uuid"})"));
}

TEST(Response, DataComesBehindItsCode) {
  EXPECT_EQ(sent(data_response(Json::object().with("token", "a.b.c"))),
            json("200 OK", "", R"({"code":200,"data":{"token":"a.b.c"}})"));
}

TEST(Response, MethodNotAllowedNamesTheMethodsThereAre) {
  EXPECT_EQ(sent(method_not_allowed("GET, HEAD")),
            json("405 Method Not Allowed", "Allow: GET, HEAD\r\n",
                 R"({"code":405,"msg":"请求方法不允许"})"));
}

TEST(Response, ServiceUnavailableSaysWhenToComeBack) {
  EXPECT_EQ(sent(service_unavailable()),
            json("503 Service Unavailable", "Retry-After: 1\r\n",
                 R"({"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"})"));
}

TEST(Response, JsonResponseTakesAnyJson) {
  EXPECT_EQ(sent(json_response(200, Json::array())), json("200 OK", "", "[]"));
}

TEST(Head, ShowsHeadersInTheOrderTheyWereGiven) {
  const Response response =
      Response{.status = 200, .headers = {{"B", "2"}}, .body = "x"}.with("A", "1").with("C", "");
  EXPECT_EQ(head_of(response),
            "Status: 200 OK\r\nB: 2\r\nA: 1\r\nC: \r\nContent-Length: 1\r\n\r\n");
}

TEST(Head, NamesTheRequest) {
  const Response response{.status = 200, .headers = {}, .body = "x"};
  EXPECT_EQ(head_of(response, "5f2c"),
            "Status: 200 OK\r\nX-Request-Id: 5f2c\r\nContent-Length: 1\r\n\r\n");
}

TEST(Head, ContentLengthCountsBytes) {
  const auto length_of = [](const std::string& body) {
    const Response response{.status = 200, .headers = {}, .body = body};
    const std::string head = head_of(response);
    return head.substr(head.find("Content-Length"));
  };
  EXPECT_EQ(length_of(""), "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(length_of("张三"), "Content-Length: 6\r\n\r\n");
  EXPECT_EQ(length_of("a\0b"s), "Content-Length: 3\r\n\r\n");
  EXPECT_EQ(length_of(std::string(70000, 'x')), "Content-Length: 70000\r\n\r\n");
}

TEST(Head, RefusesAControlCharacterInAHeader) {
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"X", "a\r\nSet-Cookie: b"},
      {"X", "a\nb"},
      {"X", "a\r"},
      {"X", "\0"s},
      {"X", "a\tb"},
      {"X", "\x7f"},
      {"X\r\nY", "a"},
      {"X\n", "a"},
      {"\0"s, "a"},
  };
  for (const auto& [name, value] : headers) {
    const Response response{.status = 200, .headers = {{name, value}}, .body = ""};
    try {
      ADD_FAILURE() << "sent: " << head_of(response);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::internal);
      EXPECT_STREQ(error.what(), "a header to be sent holds a control character");
    }
  }
}

TEST(Head, LeavesCharactersAboveAsciiAsTheyAre) {
  const Response response{.status = 200, .headers = {{"X", "张三"}}, .body = ""};
  EXPECT_NE(head_of(response).find("\r\nX: 张三\r\n"), std::string::npos) << head_of(response);
}

TEST(Response, BadRequestIsTheSameCodeAs400) {
  EXPECT_EQ(sent(bad_request("参数 q 不合法")),
            json("400 Bad Request", "", R"({"code":"params-error","msg":"参数 q 不合法"})"));
}

TEST(Head, NamesEachStatusThatThereIs) {
  const std::vector<std::pair<int, std::string>> statuses = {
      {200, "OK"},          {400, "Bad Request"},         {401, "Unauthorized"},
      {403, "Forbidden"},   {404, "Not Found"},           {405, "Method Not Allowed"},
      {409, "Conflict"},    {412, "Precondition Failed"}, {428, "Precondition Required"},
      {502, "Bad Gateway"}, {503, "Service Unavailable"},
  };
  for (const auto& [status, name] : statuses) {
    EXPECT_EQ(head_of({.status = status, .headers = {}, .body = ""}),
              "Status: " + std::to_string(status) + " " + name + "\r\nContent-Length: 0\r\n\r\n");
  }
}

TEST(Head, HasNoContentLengthWhenThereIsMore) {
  const Response response{
      .status = 200, .headers = {{"A", "1"}}, .body = "x", .more = [] { return std::nullopt; }};
  EXPECT_EQ(head_of(response), "Status: 200 OK\r\nA: 1\r\n\r\n");
}

}  // namespace
}  // namespace scanlogin
