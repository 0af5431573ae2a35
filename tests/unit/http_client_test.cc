// What goes over the wire, and what comes back.
#include "clients/http_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/error.h"
#include "unit/http_stand_in.h"

namespace scanlogin {
namespace {

using namespace std::chrono_literals;

// Answers every request with itself.
class Echo {
 public:
  std::string ask(HttpRequest request) {
    request.url = server_.url() + request.url;
    return client_.send(request).body;
  }
  HttpClient& client() { return client_; }
  std::string url() const { return server_.url(); }

 private:
  HttpStandIn server_{
      [](const HttpStandIn::Request& request) { return HttpStandIn::Reply{.body = request.raw}; }};
  HttpClient client_{60s, 1};
};

bool has_line(const std::string& request, const std::string& line) {
  return request.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(HttpClient, Gets) {
  Echo echo;
  const std::string request = echo.client().get(echo.url() + "/a?b=c").body;
  EXPECT_TRUE(request.starts_with("GET /a?b=c HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(has_line(request, "User-Agent: scanlogin")) << request;
  EXPECT_EQ(request.find("Content-"), std::string::npos) << request;
}

TEST(HttpClient, PostsABodyOfAType) {
  Echo echo;
  std::string body = "{\"a\":\"b\"}";
  body += '\0';
  const std::string request = echo.ask({.method = HttpMethod::post,
                                        .url = "/x",
                                        .headers = {{"Accept", "a/b"}, {"X-Y", "1"}},
                                        .content_type = "application/json",
                                        .body = body});
  EXPECT_TRUE(request.starts_with("POST /x HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(has_line(request, "Accept: a/b")) << request;
  EXPECT_TRUE(has_line(request, "X-Y: 1")) << request;
  EXPECT_TRUE(has_line(request, "Content-Type: application/json")) << request;
  EXPECT_TRUE(has_line(request, "Content-Length: 10")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + body)) << request;
}

TEST(HttpClient, PostsNothing) {
  Echo echo;
  const std::string request = echo.ask({.method = HttpMethod::post, .url = "/x"});
  EXPECT_TRUE(request.starts_with("POST /x HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(has_line(request, "Content-Length: 0")) << request;
}

TEST(HttpClient, NothingOfARequestIsInTheNext) {
  Echo echo;
  echo.ask({.method = HttpMethod::post,
            .url = "/x",
            .headers = {{"Authorization", "Bearer secret"}, {"User-Agent", "other"}},
            .content_type = "application/json",
            .body = "secret"});
  const std::string request = echo.ask({.url = "/y"});
  EXPECT_TRUE(request.starts_with("GET /y HTTP/1.1\r\n")) << request;
  EXPECT_EQ(request.find("secret"), std::string::npos) << request;
  EXPECT_EQ(request.find("Content-"), std::string::npos) << request;
  EXPECT_TRUE(has_line(request, "User-Agent: scanlogin")) << request;
}

TEST(HttpClient, SendsAnotherUserAgentInThePlaceOfItsOwn) {
  Echo echo;
  const std::string request = echo.ask({.url = "/", .headers = {{"User-Agent", "Mozilla/5.0"}}});
  EXPECT_TRUE(has_line(request, "User-Agent: Mozilla/5.0")) << request;
  EXPECT_EQ(request.find("scanlogin"), std::string::npos) << request;
}

TEST(HttpClient, NoHeaderBeginsAnother) {
  Echo echo;
  for (const char* value : {"a\r\nX: y", "a\n", "\x7f"}) {
    try {
      echo.ask({.url = "/", .headers = {{"A", value}}});
      ADD_FAILURE() << "sent: " << value;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::internal);
    }
  }
  EXPECT_TRUE(echo.ask({.url = "/"}).starts_with("GET / "));
}

TEST(HttpClient, EveryStatusIsAReply) {
  const HttpStandIn server(
      [](const HttpStandIn::Request&) { return HttpStandIn::Reply{.status = 400, .body = "why"}; });
  HttpClient client(60s, 1);
  const HttpResponse response = client.send({.method = HttpMethod::post, .url = server.url()});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "why");
}

TEST(HttpClient, AReplyOverOneMebibyteIsAnError) {
  const HttpStandIn server([](const HttpStandIn::Request& request) {
    const std::size_t size = 1024 * 1024 + (request.target == "/more" ? 1 : 0);
    return HttpStandIn::Reply{.body = std::string(size, ' ')};
  });
  HttpClient client(60s, 1);
  EXPECT_EQ(client.get(server.url() + "/").body.size(), 1024U * 1024U);
  EXPECT_THROW(client.get(server.url() + "/more"), Error);
}

TEST(HttpClient, AnErrorNamesNothingOfTheRequest) {
  HttpClient client(60s, 1);
  for (const char* url : {"http://127.0.0.1:1/secret?secret", "http://[secret/", "secret://x"}) {
    try {
      client.send(
          {.method = HttpMethod::post, .url = url, .headers = {{"A", "secret"}}, .body = "secret"});
      ADD_FAILURE() << "reached " << url;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace scanlogin
