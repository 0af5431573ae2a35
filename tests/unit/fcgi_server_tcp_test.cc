#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "server/fcgi_server.h"
#include "web_server.h"

// What is different where an endpoint is reached by TCP (server/listener.h), and how it ends there.
namespace scanlogin {
namespace {

using web::Connection;

class OverTcp {
 public:
  explicit OverTcp(int family = AF_INET, std::vector<IpAddress> web_servers = {})
      : served_([this](const Request& request,
                       Responder responder) { take(request, std::move(responder)); },
                [] {}, [] {}, family, std::move(web_servers)) {}

  Connection connect(int receive_buffer = 0) const { return served_.connect(receive_buffer); }
  int requests() const { return requests_; }
  // Of a query that begins with "later".
  void wait() { web::await(arrived_, "a request is handed out"); }
  void send(const Response& response) {
    held_->send(response);
    held_.reset();
  }

 private:
  void take(const Request& request, Responder responder) {
    ++requests_;
    const std::string query(request.parameter("QUERY_STRING"));
    if (!query.starts_with("later")) {
      return responder.send(web::plain(query + " " + std::to_string(request.body().size())));
    }
    held_.emplace(std::move(responder));
    arrived_.release();
  }

  std::atomic<int> requests_{0};
  std::optional<Responder> held_;
  std::binary_semaphore arrived_{0};
  web::Served served_;
};

void answers(Connection& connection, const std::string& query) {
  connection.send(web::request(query));
  EXPECT_EQ(connection.body(), query + " 0");
}

TEST(FcgiServerTcp, AConnectionCarriesOneRequestAfterAnother) {
  for (const int family : {AF_INET, AF_INET6}) {
    OverTcp server(family);
    Connection connection = server.connect();
    for (const char* query : {"one", "two", "three"}) answers(connection, query);
  }
}

TEST(FcgiServerTcp, ALargeRequestArrivesWhole) {
  OverTcp server;
  Connection connection = server.connect();
  for (const std::size_t size : {64U * 1024U, 100'000U, 127'000U}) {
    connection.send(web::request("large", std::string(size, 'x')));
    EXPECT_EQ(connection.body(), "large " + std::to_string(size));
  }
}

TEST(FcgiServerTcp, OneThatIsNotKeptIsClosedBehindItsAnswer) {
  OverTcp server;
  Connection connection = server.connect();
  connection.send(web::request("once", "", web::Keep::no));
  EXPECT_EQ(connection.body(), "once 0");
  EXPECT_EQ(connection.rest(), "");
}

TEST(FcgiServerTcp, WhoIsNotListedIsClosedUnheard) {
  OverTcp server(AF_INET, {*parse_ip_address("192.0.2.1")});
  Connection connection = server.connect();
  connection.send(web::request("let me in"));
  EXPECT_EQ(connection.rest(), "");
  EXPECT_EQ(server.requests(), 0);
}

TEST(FcgiServerTcp, WhoIsListedIsServed) {
  for (const int family : {AF_INET, AF_INET6}) {
    OverTcp server(family, {*parse_ip_address("192.0.2.1"), *parse_ip_address("127.0.0.1"),
                            *parse_ip_address("::1")});
    Connection connection = server.connect();
    answers(connection, "listed");
  }
}

TEST(FcgiServerTcp, AskedToStopItTellsWhoIsIdle) {
  OverTcp server;
  Connection idle = server.connect();
  answers(idle, "before");
  web::Served::ask_to_stop();
  EXPECT_EQ(idle.rest(), "") << "the end";
}

TEST(FcgiServerTcp, WhatComesBehindTheEndIsNotCarriedOut) {
  OverTcp server;
  Connection idle = server.connect();
  answers(idle, "before");
  Connection waits = server.connect();
  waits.send(web::request("later"));
  server.wait();
  web::Served::ask_to_stop();
  EXPECT_EQ(idle.rest(), "") << "the end";
  for (int i = 0; i < 3; ++i) idle.send(web::request("too late"));
  EXPECT_EQ(idle.rest(), "");
  server.send(web::plain("at last"));
  EXPECT_EQ(waits.body(), "at last");
  EXPECT_EQ(waits.rest(), "") << "the end, behind its answer";
  waits.send(web::request("too late"));
  EXPECT_EQ(waits.rest(), "");
  EXPECT_EQ(server.requests(), 2);
}

TEST(FcgiServerTcp, WhatHadComeIsAnswered) {
  OverTcp server;
  Connection connection = server.connect();
  connection.send(web::request("later"));
  server.wait();
  connection.send(web::request("behind it"));
  web::Served::ask_to_stop();
  server.send(web::plain("at last"));
  EXPECT_EQ(connection.body(), "at last");
  EXPECT_EQ(connection.body(), "behind it 0");
  EXPECT_EQ(connection.rest(), "");
}

TEST(FcgiServerTcp, AWebServerThatKeepsItsSideOpenDoesNotKeepItFromEnding) {
  std::optional<Connection> stays;
  OverTcp server;
  stays.emplace(server.connect());
  answers(*stays, "before");
}

// A close with something unread resets a connection, and what was sent before may go with it.
TEST(FcgiServerTcp, AnAnswerOutlivesWhatIsSentBehindIt) {
  const std::string large(200'000, 'y');
  OverTcp server;
  Connection idle = server.connect();
  answers(idle, "before");
  constexpr int kLittle = 4096;  // most of the answer is on its way when the rest happens
  Connection connection = server.connect(kLittle);
  connection.send(web::request("later"));
  server.wait();
  web::Served::ask_to_stop();
  EXPECT_EQ(idle.rest(), "") << "it has heard";
  server.send(web::plain(large));
  for (int i = 0; i < 10; ++i) connection.send(web::request("too late"));
  EXPECT_EQ(connection.body(), large);
  EXPECT_EQ(server.requests(), 2);
}

}  // namespace
}  // namespace scanlogin
