#include "server/fcgi_server.h"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "base/error.h"
#include "web_server.h"

namespace scanlogin {
namespace {

using web::Connection;
using web::Keep;

// Answers with the query string.
void echo(const Request& request, Responder responder) {
  responder.send(web::plain(std::string(request.parameter("QUERY_STRING"))));
}

// Keeps the replies to queries that begin with "later", and echoes the others.
class Later {
 public:
  FcgiServer::Handler handler() {
    return [this](const Request& request, Responder responder) {
      if (!request.parameter("QUERY_STRING").starts_with("later")) {
        return echo(request, std::move(responder));
      }
      responder_.emplace(std::move(responder));
      arrived_.release();
    };
  }
  void wait() { web::await(arrived_, "a request is handed out"); }
  void send(const Response& response) {
    responder_->send(response);
    responder_.reset();
  }
  void drop() { responder_.reset(); }

 private:
  std::optional<Responder> responder_;
  std::binary_semaphore arrived_{0};
};

TEST(FcgiServer, ARequestIsHandedOutAndAnswered) {
  web::Served served(echo);
  Connection connection = served.connect();
  connection.send(web::request("a=b"));
  EXPECT_EQ(connection.body(), "a=b");
  connection.send(web::request("the next on it"));
  EXPECT_EQ(connection.body(), "the next on it");
}

TEST(FcgiServer, AConnectionThatIsNotKeptIsClosedBehindItsAnswer) {
  web::Served served(echo);
  Connection connection = served.connect();
  connection.send(web::request("once", "", Keep::no));
  EXPECT_EQ(connection.body(), "once");
  EXPECT_EQ(connection.rest(), "");
}

TEST(FcgiServer, AReplyThatNobodySendsIs503) {
  Later later;
  web::Served served(later.handler());
  Connection connection = served.connect();
  connection.send(web::request("later"));
  later.wait();
  later.drop();
  EXPECT_TRUE(connection.text().starts_with("Status: 503 ")) << "the answer to a dropped reply";
  connection.send(web::request("afterwards"));
  EXPECT_EQ(connection.body(), "afterwards");
}

TEST(FcgiServer, AReplyThatCannotBeSentIsStillOwed) {
  std::promise<bool> refused;
  web::Served served([&](const Request&, Responder responder) {
    try {
      responder.send({.headers = {{"X", "a\nb"}}, .body = ""});
      refused.set_value(false);
    } catch (const Error&) {
      refused.set_value(true);
    }
  });
  Connection connection = served.connect();
  connection.send(web::request(""));
  EXPECT_TRUE(refused.get_future().get());
  EXPECT_TRUE(connection.text().starts_with("Status: 503 "));
}

TEST(FcgiServer, WhoWaitsForAnAnswerHoldsNobodyUp) {
  Later later;
  web::Served served(later.handler());
  Connection waits = served.connect();
  waits.send(web::request("later"));
  later.wait();
  Connection other = served.connect();
  other.send(web::request("meanwhile"));
  EXPECT_EQ(other.body(), "meanwhile");
  std::thread([&] { later.send(web::plain("at last")); }).join();
  EXPECT_EQ(waits.body(), "at last");
}

TEST(FcgiServer, WhoSendsHalfARequestHoldsNobodyUp) {
  web::Served served(echo);
  const std::string bytes = web::request("in pieces", std::string(5000, 'x'));
  Connection slow = served.connect();
  Connection quick = served.connect();
  for (std::size_t sent = 0; sent < bytes.size(); sent += 1000) {
    slow.send(bytes.substr(sent, 1000));
    quick.send(web::request("whole"));
    ASSERT_EQ(quick.body(), "whole") << "after " << sent << " bytes of another";
  }
  EXPECT_EQ(slow.body(), "in pieces");
}

TEST(FcgiServer, WhatIsNoRequestIsClosedWithoutAWord) {
  web::Served served(echo);
  Connection connection = served.connect();
  connection.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(connection.rest(), "");
}

TEST(FcgiServer, ARequestOfMoreThan128KiBIsClosed) {
  web::Served served([](const Request& request, Responder responder) {
    responder.send(web::plain(std::to_string(request.body().size())));
  });
  constexpr std::size_t kLargest = 128 * 1024;
  const std::string nearly(kLargest - 1000, 'x');
  const std::size_t most = kLargest - (web::request("", nearly).size() - nearly.size());
  Connection fits = served.connect();
  const std::string largest = web::request("", std::string(most, 'x'));
  ASSERT_EQ(largest.size(), kLargest);
  fits.send(largest);
  EXPECT_EQ(fits.body(), std::to_string(most));
  Connection too_large = served.connect();
  too_large.send(web::request("", std::string(most + 1, 'x')));
  EXPECT_EQ(too_large.rest(), "");
}

TEST(FcgiServer, AWebServerThatHasGoneCostsNothing) {
  Later later;
  web::Served served(later.handler());
  Connection gone = served.connect();
  gone.send(web::request("later"));
  later.wait();
  gone.hang_up();
  later.send(web::plain(std::string(1'000'000, 'x')));
  Connection other = served.connect();
  other.send(web::request("as ever"));
  EXPECT_EQ(other.body(), "as ever");
}

TEST(FcgiServer, ItTicks) {
  std::counting_semaphore<> ticks{0};
  web::Served served(echo, [&] { ticks.release(); });
  web::await(ticks, "a tick");
  web::await(ticks, "a second one");
}

TEST(FcgiServer, AskedToStopItAnswersWhatHasArrivedAndClosesWhatIsIdle) {
  Later later;
  web::Served served(later.handler());
  Connection idle = served.connect();
  idle.send(web::request("idle since"));
  ASSERT_EQ(idle.body(), "idle since");
  Connection waits = served.connect();
  waits.send(web::request("later"));
  later.wait();
  web::Served::ask_to_stop();
  EXPECT_EQ(idle.rest(), "") << "closed, while another is being answered";
  later.send(web::plain("at last"));
  EXPECT_EQ(waits.body(), "at last");
  EXPECT_EQ(waits.rest(), "") << "closed behind its answer";
}

TEST(FcgiServer, AskedToStopItTakesWhoConnectedBehindItsLastLook) {
  std::binary_semaphore busy{0};
  std::binary_semaphore go_on{0};
  std::optional<Connection> last;
  std::optional<web::Served> served;
  served.emplace([&](const Request& request, Responder responder) {
    const std::string_view query = request.parameter("QUERY_STRING");
    if (query == "busy") {
      busy.release();
      go_on.acquire();
    } else if (query == "one more comes") {
      last.emplace(served->connect());
      last->send(web::request("the last"));
    }
    echo(request, std::move(responder));
  });
  Connection kept = served->connect();
  kept.send(web::request("first"));
  ASSERT_EQ(kept.body(), "first");
  Connection first = served->connect();
  first.send(web::request("busy"));
  web::await(busy, "a request is handed out");
  // The loop stands still. Next it sees a request and the signal at one look, and no connection.
  kept.send(web::request("one more comes"));
  web::Served::ask_to_stop();
  go_on.release();
  EXPECT_EQ(first.body(), "busy");
  EXPECT_EQ(kept.body(), "one more comes");
  EXPECT_EQ(last->body(), "the last");
}

TEST(FcgiServer, ASocketThatDoesNotListenIsRefused) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Descriptor other(ends[1]);
  try {
    EventLoop loop;
    const FcgiServer server(loop, ends[0], Log("test"));
    ADD_FAILURE() << "served a socket that does not listen";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
  }
}

}  // namespace
}  // namespace scanlogin
