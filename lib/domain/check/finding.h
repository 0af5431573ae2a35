#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace scanlogin::check {

enum class State {
  well,
  unknown,  // it could not be looked at; the detail says why
  warning,  // it works; somebody should look at it
  fault,    // logins fail, or will
};

// What was found of one thing. None of the texts ever holds a secret.
struct Finding {
  std::string what;  // "mysql rights"
  State state = State::well;
  std::string detail{};
  std::string advice{};  // what to do about it; empty where nothing is to be done
};

using Findings = std::vector<Finding>;

void append(Findings& all, Findings more);

// warning where there is one, fault where there is one; an unknown does not count.
State worst(const Findings& all) noexcept;

const char* to_text(State state) noexcept;

// {"status":"well","checks":[{"what":…,"state":…,"detail":…,"advice":…},…]}
Json to_json(const Findings& all);

// A line for each with aligned columns, and a line below it with the advice. Control characters are
// escaped. coloured: for a terminal.
std::string to_table(const Findings& all, bool coloured);

}  // namespace scanlogin::check
