#pragma once

#include <stdexcept>
#include <string>

namespace scanlogin {

// What an Error says about who has to act.
enum class ErrorKind {
  config,    // a setting is missing or wrong: the operator
  database,  // MySQL out of reach, slow or refusing: passes, or the operator
  cache,     // the same of Redis
  upstream,  // a provider out of reach, slow, or not speaking its protocol: passes
  internal,  // a fault of this program
};

// Broken infrastructure, as opposed to an expected outcome, which is a value. Where nobody on
// the way has a use for it, it ends in api/endpoint.h. what() is for the operator's log: it may
// name hosts and error texts, never a token, code, key or password.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

// The kind's name as the log shows it: "config", "database", …
const char* name(ErrorKind kind) noexcept;

}  // namespace scanlogin
