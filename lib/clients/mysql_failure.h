#pragma once

#include <string>

#include "base/error.h"

namespace scanlogin::mysql {

// MySQL's word that a statement failed, with its error number.
class Failure : public Error {
 public:
  Failure(unsigned code, const std::string& text)
      : Error(ErrorKind::database, "MySQL " + std::to_string(code) + ": " + text), code_(code) {}
  unsigned code() const noexcept { return code_; }
  bool duplicate_key() const noexcept;
  // The user may not log in, or not do this.
  bool denied() const noexcept;
  // A row that is to be deleted is referred to by another table.
  bool row_referenced() const noexcept;
  // The connection is dead or ends; whether the statement ran is not known.
  bool connection_lost() const noexcept;
  // The server is not the one to ask: read-only, offline, or not a part of its cluster. It says
  // nothing about the statement, which did not run; another server may take it.
  bool wrong_server() const noexcept;
  // A COMMIT failed in the server, and nobody can say what became of it: a node of a Galera cluster
  // that lost the others meanwhile.
  bool commit_failed() const noexcept;
  // One of the three: it is to be tried on a new connection, at another server if there is one.
  bool tried_elsewhere() const noexcept {
    return connection_lost() || wrong_server() || commit_failed();
  }
  // Another transaction was first, and this one was rolled back: a deadlock, or a conflict that a
  // Galera cluster finds at the COMMIT.
  bool deadlock() const noexcept;
  // The transaction fell victim to another one (the above, or a lock that took too long), and may
  // well pass next time.
  bool transaction_lost() const noexcept;
  // The server itself has answered, be it by a refusal.
  bool answered() const noexcept;

 private:
  unsigned code_;
};

// Instead of one that says that a Galera node did not get level with the others in time: it is not
// the one to ask.
Failure not_level(const Failure& failure);

}  // namespace scanlogin::mysql
