// journeys SOCKET PLAYERS: a load of whole logins through nginx at SOCKET that knows every answer
// it may get while a test breaks the servers. Nickname of each person: 用户TIME-PID-PLAYER-ROUND.
//
// Standard input tells what is being done. Each line is answered with one on standard output:
//   allow none, allow SYMPTOM… : what answers may show from now on. "allowed"
//       503, 502: these; 40163: the exchange of a code may be cut; killed: a process may die at its
//       work; cut: nginx may close a connection instead of answering
//   lost sessions: Redis has forgotten everything. "lost"
//   back: the fault is over. Answered when every kind of request goes well again, and nothing is
//       allowed from then on. "well after N ms (WHAT came then)"
//   report: "N requests, W wrong, U unavailable"
//   end, or the end of input: the players stop. The same
//
// An answer is judged by all that was allowed at any time while it was under way. Never allowed:
// a dead token that is good, a live one that is not, another user's data, anything half sent, any
// other error. Each such answer is a line on standard error, and makes the exit status 1.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "faults.h"
#include "player.h"
#include "scores.h"

using namespace scanlogin::load;

namespace {

constexpr std::chrono::seconds kLongestRecovery{600};  // after which nothing but a hang explains it

void play(const std::string& socket, int number, Faults& faults, Scores& scores,
          const std::atomic<bool>& stop) {
  try {
    Player player(socket, number, faults, scores);
    while (!stop) player.play(stop);
  } catch (const std::exception& error) {
    scores.wrong("player " + std::to_string(number), "to go on", error.what());
  }
}

std::string allow(Faults& faults, std::istream& words) {
  unsigned symptoms = 0;
  std::string word;
  while (words >> word) {
    if (word == "none") continue;
    const std::optional<Symptom> symptom = symptom_of(word);
    if (!symptom) return "unknown: " + word;
    symptoms |= *symptom;
  }
  faults.allow(symptoms);
  return "allowed";
}

std::string measure(Faults& faults, Scores& scores) {
  scores.back();
  const Clock::time_point end = Clock::now() + kLongestRecovery;
  while (Clock::now() < end) {
    if (const auto well = scores.well()) {
      faults.allow(0);
      return *well;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return "not well (" + scores.last_bad() + ")";
}

void obey(Faults& faults, Scores& scores) {
  std::string line;
  while (std::getline(std::cin, line) && line != "end") {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "allow") {
      std::cout << allow(faults, words) << std::endl;
    } else if (line == "lost sessions") {
      faults.lose_sessions();
      std::cout << "lost" << std::endl;
    } else if (command == "back") {
      std::cout << measure(faults, scores) << std::endl;
    } else if (command == "report") {
      std::cout << scores.report() << std::endl;
    } else {
      std::cout << "unknown: " << line << std::endl;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int players = argc == 3 ? std::atoi(argv[2]) : 0;
  if (players < 1) {
    std::fputs("usage: journeys SOCKET PLAYERS\n", stderr);
    return 64;
  }
  Faults faults;
  Scores scores(players);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(players));
  for (int i = 0; i < players; ++i) {
    threads.emplace_back(play, std::string(argv[1]), i, std::ref(faults), std::ref(scores),
                         std::cref(stop));
  }
  obey(faults, scores);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::cout << scores.report() << std::endl;
  return scores.all_right() ? 0 : 1;
}
