#include "clients/mysql_failure.h"

#include <algorithm>
#include <array>

namespace scanlogin::mysql {
namespace {

// Error numbers of the server (mysqld_error.h: below 2000 those that MySQL and MariaDB share, above
// 3000 MySQL's, from 1900 on MariaDB's) and of the client (errmsg.h).
constexpr unsigned kNotReady = 1047;
constexpr unsigned kDuplicateEntry = 1062;
constexpr unsigned kCommitFailed = 1180;
constexpr unsigned kRowReferenced = 1451;

constexpr std::array kDenied = {
    1044U,  // the database
    1045U,  // the login
    1142U,  // a table
    1143U,  // a column
    1227U,  // a privilege of the whole server
    1370U,  // a routine
    1698U,  // the login, by what the system says who it is
};
constexpr std::array kDeadlock = {
    1020U,  // a row has changed since the transaction read first (innodb_snapshot_isolation)
    1213U,  // a deadlock; Galera: the same row was written at another node
};
constexpr std::array kWaitedInVain = {
    1205U,  // a lock
    1317U,  // interrupted: Galera gives another node's transaction precedence by it
};
constexpr std::array kLost = {
    1053U,  // server shutdown in progress
    1079U,  // normal shutdown
    1080U,  // forced close of a thread
    1152U,  // connection aborted
    1158U,  // an error, and
    1159U,  // a timeout, reading
    1160U,  // an error, and
    1161U,  // a timeout, writing
    1184U,  // connection aborted, with its host
    1243U,  // the statement was prepared at another server behind the same proxy
    1927U,  // connection was killed (MariaDB)
    2006U,  // server has gone away
    2013U,  // connection lost during a query
    2014U,  // a reply that nobody asked for
    2026U,  // the same through TLS, its timeout included
    2027U,  // malformed packet: what the server said last was cut off
    2055U,  // connection lost, with the system's error
    3169U,  // session was killed (MySQL)
    4031U,  // idle for too long (MySQL 8.0.24)
};
constexpr std::array kWrongServer = {
    kNotReady,  // not a part of its cluster (Galera), or not ready
    1290U,      // read_only, super_read_only
    1792U,      // transactions are read-only
    1836U,      // read-only mode
    3032U,      // offline mode
    3100U,      // not a member of its group that may write (Group Replication)
    3101U,      // the group has rolled the transaction back
};

// Numbers of the client library: nobody has answered.
constexpr unsigned kFirstOfClient = 2000;
constexpr unsigned kLastOfClient = 2999;

template <std::size_t Count>
bool is_one_of(const std::array<unsigned, Count>& codes, unsigned code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

bool Failure::duplicate_key() const noexcept { return code_ == kDuplicateEntry; }

bool Failure::denied() const noexcept { return is_one_of(kDenied, code_); }

bool Failure::row_referenced() const noexcept { return code_ == kRowReferenced; }

bool Failure::connection_lost() const noexcept { return is_one_of(kLost, code_); }

bool Failure::wrong_server() const noexcept { return is_one_of(kWrongServer, code_); }

bool Failure::commit_failed() const noexcept { return code_ == kCommitFailed; }

bool Failure::deadlock() const noexcept { return is_one_of(kDeadlock, code_); }

bool Failure::transaction_lost() const noexcept {
  return deadlock() || is_one_of(kWaitedInVain, code_);
}

bool Failure::answered() const noexcept { return code_ < kFirstOfClient || code_ > kLastOfClient; }

Failure not_level(const Failure& failure) {
  if (!is_one_of(kWaitedInVain, failure.code())) return failure;
  return {kNotReady, "not level with the other nodes: " + std::string(failure.what())};
}

}  // namespace scanlogin::mysql
