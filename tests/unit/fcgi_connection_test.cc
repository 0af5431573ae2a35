#include "server/fcgi_connection.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "base/error.h"
#include "web_server.h"

namespace scanlogin {

void PrintTo(FcgiConnection::Incoming incoming, std::ostream* out) {
  constexpr const char* kNames[] = {"nothing", "part", "request", "end"};
  *out << kNames[static_cast<int>(incoming)];
}

namespace {

using Incoming = FcgiConnection::Incoming;
using web::Keep;

constexpr std::size_t kLargest = 1000;

class FcgiConnectionTest : public testing::Test {
 protected:
  FcgiConnectionTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as FcgiServer has it
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    web_server_.emplace(Descriptor(ends[0]));
    connection_.emplace(ends[1]);
  }

  Incoming peek() { return connection_->peek(buffer_); }
  Request read() {
    const std::optional<Request> request = connection_->read();
    return request ? *request : throw std::runtime_error("libfcgi refuses the request");
  }
  // Sends a request and takes it.
  Request pass(const std::string& bytes) {
    web_server_->send(bytes);
    return read();
  }

  std::array<unsigned char, kLargest> buffer_{};
  std::optional<web::Connection> web_server_;
  std::optional<FcgiConnection> connection_;
};

const Response kHello = web::plain("hello");
// Of the answer to this request.
std::string head_for(const Request& request) {
  return "Status: 200 OK\r\nContent-Type: text/plain\r\nX-Request-Id: " + request.id() +
         "\r\nContent-Length: 5\r\n\r\n";
}

TEST_F(FcgiConnectionTest, WhatHasArrivedIsSeenAndNotTaken) {
  EXPECT_EQ(peek(), Incoming::nothing);
  const std::string bytes = web::request("a=b", "body");
  web_server_->send(bytes.substr(0, 20));
  EXPECT_EQ(peek(), Incoming::part);
  EXPECT_EQ(peek(), Incoming::part);
  web_server_->send(bytes.substr(20));
  EXPECT_EQ(peek(), Incoming::request);
  EXPECT_EQ(peek(), Incoming::request);
  EXPECT_EQ(read().body(), "body");
  EXPECT_EQ(peek(), Incoming::nothing);
}

TEST_F(FcgiConnectionTest, WhatIsNoRequestIsTheEnd) {
  web_server_->send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(peek(), Incoming::end);
}

TEST_F(FcgiConnectionTest, AHangUpIsTheEnd) {
  web_server_->hang_up();
  EXPECT_EQ(peek(), Incoming::end);
}

TEST_F(FcgiConnectionTest, ARequestThatFillsTheBufferIsTheEnd) {
  const std::size_t bare = web::request("", "x").size() - 1;
  web_server_->send(web::request("", std::string(kLargest - bare, 'x')));
  EXPECT_EQ(peek(), Incoming::request) << "one that just fits";
  EXPECT_EQ(read().body().size(), kLargest - bare);
  connection_->write(kHello);
  web_server_->send(web::request("", std::string(kLargest - bare + 1, 'x')));
  EXPECT_EQ(peek(), Incoming::end) << "one of a byte more";
}

TEST_F(FcgiConnectionTest, ARequestIsReadWithItsParametersAndBody) {
  const Request request = pass(web::request("uuid=1", "a\nbody", Keep::yes, "POST"));
  EXPECT_EQ(request.method(), "POST");
  EXPECT_EQ(request.parameter("QUERY_STRING"), "uuid=1");
  EXPECT_EQ(request.body(), "a\nbody");
}

TEST_F(FcgiConnectionTest, AKeptConnectionCarriesOneRequestAfterAnother) {
  EXPECT_FALSE(connection_->used());
  for (const std::string query : {"first", "second", "third"}) {
    EXPECT_EQ(pass(web::request(query)).parameter("QUERY_STRING"), query);
    EXPECT_TRUE(connection_->write(web::plain(query)));
    EXPECT_TRUE(connection_->used());
    EXPECT_EQ(web_server_->body(), query);
  }
}

TEST_F(FcgiConnectionTest, OneThatTheWebServerDoesNotKeepCarriesNoOther) {
  const Request request = pass(web::request("", "", Keep::no));
  EXPECT_FALSE(connection_->write(kHello));
  EXPECT_EQ(web_server_->text(), head_for(request) + "hello");
}

TEST_F(FcgiConnectionTest, AHeadIsAnsweredWithoutABody) {
  const Request head = pass(web::request("", "", Keep::yes, "HEAD"));
  EXPECT_TRUE(connection_->write(kHello));
  EXPECT_EQ(web_server_->text(), head_for(head));
  const Request get = pass(web::request(""));
  EXPECT_TRUE(connection_->write(kHello));
  EXPECT_EQ(web_server_->text(), head_for(get) + "hello") << "the GET behind it";
}

TEST_F(FcgiConnectionTest, ALongAnswerComesInPieces) {
  Response response = web::plain("one");
  response.more = [left = 2]() mutable -> std::optional<std::string> {
    return left-- > 0 ? std::optional(",more") : std::nullopt;
  };
  pass(web::request(""));
  EXPECT_TRUE(connection_->write(response));
  EXPECT_EQ(web_server_->body(), "one,more,more");
}

TEST_F(FcgiConnectionTest, AnAnswerWhosePiecesFailIsCutShortForAllToSee) {
  Response response = web::plain("one");
  response.more = []() -> std::optional<std::string> { throw std::runtime_error("lost"); };
  pass(web::request(""));
  EXPECT_FALSE(connection_->write(response));
  connection_.reset();
  const fuzz::Answer answer = web_server_->answer();
  EXPECT_FALSE(answer.ended) << answer.text;
}

TEST_F(FcgiConnectionTest, AHeaderThatCannotBeSentIsRefusedBeforeAnythingIsWritten) {
  const Request request = pass(web::request(""));
  EXPECT_THROW(connection_->write({.headers = {{"X", "a\r\nSet-Cookie: b"}}, .body = ""}), Error);
  EXPECT_TRUE(connection_->write(kHello));
  EXPECT_EQ(web_server_->text(), head_for(request) + "hello");
}

TEST_F(FcgiConnectionTest, AWebServerThatHasGoneEndsIt) {
  pass(web::request(""));
  web_server_->hang_up();
  EXPECT_FALSE(connection_->write(web::plain(std::string(1'000'000, 'x'))));
  EXPECT_EQ(peek(), Incoming::end);
}

}  // namespace
}  // namespace scanlogin
