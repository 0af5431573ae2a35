#include "server/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "web_server.h"

namespace scanlogin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using web::Connection;

std::string query_of(const Request& request) {
  return std::string(request.parameter("QUERY_STRING"));
}

class WorkersTest : public testing::Test {
 protected:
  // Lets a test that failed come to its end.
  ~WorkersTest() override { go_on_.release(100); }

  // A server whose loop hands each request to so many threads. One that they do not take is
  // answered by the loop, with what it was left of the request.
  using Handler = std::function<void(OpenRequest open, steady_clock::duration)>;
  void serve(int threads, std::size_t capacity, const Handler& handler) {
    workers_.emplace(threads, capacity, [handler](OpenRequest open, const Work& work, auto waited) {
      EXPECT_EQ(std::get<Response>(work(open.request())).body, query_of(open.request()))
          << "the work handed over";
      handler(std::move(open), waited);
    });
    served_.emplace([this](Request request, Responder responder) {
      Work work = [query = query_of(request)](const Request&) { return web::plain(query); };
      OpenRequest open(answerer_, std::move(request), std::move(responder));
      if (!workers_->submit(open, work)) {
        open.send(web::plain("not taken: " + query_of(open.request())));
      }
      submitted_.release();
    });
  }
  // Sends a request on a connection of its own; returns when it has been submitted.
  Connection ask(const std::string& query) {
    Connection connection = served_->connect();
    connection.send(web::request(query));
    web::await(submitted_, "a request is submitted");
    return connection;
  }

  // What each handler does first: it says that it has begun, and waits for its turn to go on.
  void stand_still() {
    begun_.release();
    go_on_.acquire();
  }

  std::counting_semaphore<> begun_{0};
  std::counting_semaphore<> go_on_{0};
  std::binary_semaphore submitted_{0};
  struct : Answerer {
    void answer(OpenRequest, Answer) override { ADD_FAILURE() << "it answers by itself"; }
  } answerer_;
  std::optional<web::Served> served_;
  std::optional<Workers> workers_;  // ends first: it owes answers to the server
};

void echo(OpenRequest open) { open.send(web::plain(query_of(open.request()))); }

TEST_F(WorkersTest, RequestsAreAnsweredBesideEachOther) {
  serve(3, 10, [&](OpenRequest open, auto) {
    stand_still();
    echo(std::move(open));
  });
  Connection first = ask("1");
  Connection second = ask("2");
  Connection third = ask("3");
  for (const char* which : {"one", "two", "three"}) web::await(begun_, which);
  go_on_.release(3);
  EXPECT_EQ(first.body(), "1");
  EXPECT_EQ(second.body(), "2");
  EXPECT_EQ(third.body(), "3");
}

TEST_F(WorkersTest, BeyondTheLimitARequestWaitsForAThread) {
  serve(2, 10, [&](OpenRequest open, auto) {
    stand_still();
    echo(std::move(open));
  });
  Connection first = ask("1");
  Connection second = ask("2");
  Connection third = ask("3");
  web::await(begun_, "the first one begins");
  web::await(begun_, "the second one begins");
  EXPECT_FALSE(begun_.try_acquire_for(milliseconds(100))) << "a third one is running";
  go_on_.release();
  web::await(begun_, "the third one begins");
  go_on_.release(2);
  EXPECT_EQ(first.body(), "1");
  EXPECT_EQ(second.body(), "2");
  EXPECT_EQ(third.body(), "3");
}

TEST_F(WorkersTest, ThoseThatWaitComeInTheirOrderAndAreToldHowLong) {
  std::vector<std::string> order;
  steady_clock::duration waited_last{};
  serve(1, 10, [&](OpenRequest open, steady_clock::duration waited) {
    stand_still();
    order.push_back(query_of(open.request()));
    waited_last = waited;
    echo(std::move(open));
  });
  std::vector<Connection> connections;
  for (const char* query : {"1", "2", "3", "4"}) connections.push_back(ask(query));
  const auto submitted = steady_clock::now();
  web::await(begun_, "the first one begins");
  std::this_thread::sleep_for(milliseconds(50));
  const auto least = steady_clock::now() - submitted;
  go_on_.release(4);
  workers_.reset();
  EXPECT_EQ(order, (std::vector<std::string>{"1", "2", "3", "4"}));
  EXPECT_GE(waited_last, least);
}

TEST_F(WorkersTest, WhereTheQueueIsFullARequestIsNotTakenAndUntouched) {
  serve(1, 2, [&](OpenRequest open, auto) {
    stand_still();
    echo(std::move(open));
  });
  Connection running = ask("running");
  web::await(begun_, "the first one begins");
  Connection second = ask("2");
  Connection third = ask("3");
  EXPECT_EQ(ask("4").body(), "not taken: 4");
  go_on_.release(3);
  EXPECT_EQ(running.body(), "running");
  EXPECT_EQ(second.body(), "2");
  EXPECT_EQ(third.body(), "3");
  go_on_.release();
  EXPECT_EQ(ask("5").body(), "5") << "there is room again";
}

TEST_F(WorkersTest, TheEndWaitsForAllThatWasSubmitted) {
  std::atomic<int> answered = 0;
  serve(2, 10, [&](OpenRequest open, auto) {
    stand_still();
    std::this_thread::sleep_for(milliseconds(20));
    echo(std::move(open));
    ++answered;
  });
  std::vector<Connection> connections;
  for (int i = 0; i < 6; ++i) connections.push_back(ask(std::to_string(i)));
  go_on_.release(6);
  workers_.reset();
  EXPECT_EQ(answered, 6);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(connections[std::size_t(i)].body(), std::to_string(i));
}

}  // namespace
}  // namespace scanlogin
