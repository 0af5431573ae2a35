#pragma once

#include <string>
#include <string_view>

#include "base/server_settings.h"
#include "clients/redis.h"
#include "domain/check/finding.h"

namespace scanlogin::check {

// Redis, and the Sentinels if there are any: whether it lets the programs in, what it is, its
// clock, what REDIS_USER may do there, and whether it keeps what it is given. A few seconds at the
// most for each server that does not answer.
Findings check_redis(const RedisConfig& config);

// What REDIS_USER may not do, each command and each kind of key tried on a key that is not there.
Findings check_redis_rights(const RedisConfig& config, redis::Client& client);

// Whether it may lose sessions: what it does when its memory is full, and at a restart.
Findings check_redis_keeping(redis::Client& client);

// "6.2.7" of at least 6.
bool is_new_enough(std::string_view version);

}  // namespace scanlogin::check
