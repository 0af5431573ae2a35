// What Redis and MySQL say of a request, and what of themselves.

#include <gtest/gtest.h>

#include <string>

#include "clients/mysql.h"
#include "clients/redis_connection.h"

namespace scanlogin {
namespace {

TEST(RedisErrorReply, OfAServerThatIsNotTheOneToAsk) {
  for (const char* text :
       {"READONLY You can't write against a read only replica.",
        "READONLY You can't write against a read only replica. script: 2f1a, on @user_script:3.",
        "ERR Error running script (call to f_2f1a): @user_script:3: @user_script: 3: -READONLY You "
        "can't write against a read only replica.",
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "CLUSTERDOWN The cluster is down", "NOREPLICAS Not enough good replicas to write.",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to "
        "persist"}) {
    EXPECT_TRUE(redis::ErrorReply(text).wrong_server()) << text;
    EXPECT_FALSE(redis::ErrorReply(text).wrong_type()) << text;
  }
}

TEST(RedisErrorReply, OfTheCommandOnly) {
  for (const char* text :
       {"ERR unknown command", "NOSCRIPT No matching script. Please use EVAL.",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOAUTH Authentication required.", "NOPERM this user has no permissions",
        "ERR the value is READONLY", "READONLYX no such code", "ERR LOADING is no code here"}) {
    EXPECT_FALSE(redis::ErrorReply(text).wrong_server()) << text;
  }
  EXPECT_TRUE(redis::ErrorReply("NOSCRIPT No matching script.").script_unknown());
  EXPECT_TRUE(redis::ErrorReply("WRONGTYPE Operation against a key").wrong_type());
}

TEST(MysqlFailure, OfAConnectionThatEnds) {
  for (const unsigned code : {1053U, 1079U, 1080U, 1152U, 1158U, 1159U, 1160U, 1161U, 1184U, 1243U,
                              1927U, 2006U, 2013U, 2014U, 2026U, 2027U, 2055U, 3169U, 4031U}) {
    EXPECT_TRUE(mysql::Failure(code, "").connection_lost()) << code;
    EXPECT_FALSE(mysql::Failure(code, "").wrong_server()) << code;
  }
}

TEST(MysqlFailure, OfAServerThatIsNotTheOneToAsk) {
  for (const unsigned code : {1047U, 1290U, 1792U, 1836U, 3032U, 3100U, 3101U}) {
    EXPECT_TRUE(mysql::Failure(code, "").wrong_server()) << code;
    EXPECT_FALSE(mysql::Failure(code, "").connection_lost()) << code;
  }
}

TEST(MysqlFailure, OfTheStatementOnly) {
  for (const unsigned code :
       {0U, 1045U, 1054U, 1062U, 1146U, 1205U, 1213U, 1317U, 1451U, 1969U, 3024U}) {
    EXPECT_FALSE(mysql::Failure(code, "").connection_lost()) << code;
    EXPECT_FALSE(mysql::Failure(code, "").wrong_server()) << code;
  }
  EXPECT_TRUE(mysql::Failure(1062, "").duplicate_key());
  EXPECT_TRUE(mysql::Failure(1213, "").deadlock());
  EXPECT_TRUE(mysql::Failure(1205, "").transaction_lost());
}

TEST(MysqlFailure, OfATransactionThatMayPassNextTime) {
  for (const unsigned code : {1020U, 1213U}) {
    EXPECT_TRUE(mysql::Failure(code, "").deadlock()) << code;
    EXPECT_TRUE(mysql::Failure(code, "").transaction_lost()) << code;
  }
  for (const unsigned code : {1205U, 1317U}) {
    EXPECT_FALSE(mysql::Failure(code, "").deadlock()) << code;
    EXPECT_TRUE(mysql::Failure(code, "").transaction_lost()) << code;
    EXPECT_FALSE(mysql::Failure(code, "").tried_elsewhere()) << code;
    EXPECT_TRUE(mysql::not_level(mysql::Failure(code, "")).tried_elsewhere()) << code;
  }
  EXPECT_TRUE(mysql::Failure(1180, "").commit_failed());
  EXPECT_TRUE(mysql::Failure(1180, "").tried_elsewhere());
  EXPECT_EQ(mysql::not_level(mysql::Failure(1146, "x")).code(), 1146U);
}

TEST(MysqlFailure, OfAServerThatAnsweredOrOfNone) {
  for (const unsigned code : {1040U, 1045U, 1129U, 3032U, 4031U}) {
    EXPECT_TRUE(mysql::Failure(code, "").answered()) << code;
  }
  for (const unsigned code : {2002U, 2003U, 2005U, 2013U, 2026U}) {
    EXPECT_FALSE(mysql::Failure(code, "").answered()) << code;
  }
}

}  // namespace
}  // namespace scanlogin
