// Requests as a server gets them.
#include "clients/http_client.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/http_stand_in.h"

namespace scanlogin {
namespace {

// Says what it is asked.
HttpStandIn::Reply echo(const HttpStandIn::Request& request) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "-" : found->second;
  };
  return {.status = 200,
          .body = request.method + " " + request.target + " " + header("content-type") + " " +
                  header("x-test") + " " + request.body};
}

TEST(HttpClient, SendsWhatItIsTold) {
  HttpStandIn server(echo);
  HttpClient client(std::chrono::seconds(60), 1);
  // One after the other over one handle: nothing of a request is left for the next one.
  EXPECT_EQ(client.get(server.url() + "/a?b=c").body, "GET /a?b=c - - ");
  EXPECT_EQ(client
                .send({.method = "POST",
                       .url = server.url() + "/p",
                       .headers = {"Content-Type: application/json", "X-Test: 1"},
                       .body = "{}"})
                .body,
            "POST /p application/json 1 {}");
  EXPECT_EQ(client.send({.url = server.url() + "/h", .headers = {"X-Test: 2"}}).body,
            "GET /h - 2 ");
  EXPECT_EQ(client.send({.method = "POST", .url = server.url() + "/e"}).body,
            "POST /e application/x-www-form-urlencoded - ");
  EXPECT_EQ(client.send({.method = "PUT", .url = server.url() + "/u", .body = "b"}).body,
            "PUT /u application/x-www-form-urlencoded - b");
  EXPECT_EQ(client.get(server.url() + "/").body, "GET / - - ");
}

TEST(HttpClient, SendsALongBody) {
  HttpStandIn server(echo);
  HttpClient client(std::chrono::seconds(60), 1);
  const std::string body(300000, 'b');
  EXPECT_EQ(client.send({.method = "POST", .url = server.url(), .body = body}).body,
            "POST / application/x-www-form-urlencoded - " + body);
}

TEST(HttpClient, GivesAnyStatus) {
  HttpStandIn server(
      [](const HttpStandIn::Request&) { return HttpStandIn::Reply{.status = 404, .body = "no"}; });
  HttpClient client(std::chrono::seconds(60), 1);
  EXPECT_EQ(client.get(server.url()).status, 404);
}

}  // namespace
}  // namespace scanlogin
