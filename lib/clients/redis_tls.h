#pragma once

#include <sys/types.h>

#include <cstddef>

#include "base/config.h"

struct redisContext;

namespace scanlogin::redis {

// TLS on a connection to Redis, by hiredis (1.0 and later; read_redis() refuses REDIS_TLS in a
// build with an older one). Private to lib/clients.

// Begins it on one that is connected and blocks: the server's certificate has to be vouched for by
// REDIS_CA_FILE, or the system's authorities, and be the address's (RFC 9110 section 4.3.4: its
// name, or the IP address). Certificates are read anew within 10 seconds. Throws Error(cache); a
// BrokenConnection where the other side is the reason.
void begin_tls(redisContext& context, const RedisConfig& config);

// recv(2) with MSG_DONTWAIT for one that has begun it: what has arrived, 0 at the end, -1 with
// errno EAGAIN or another.
ssize_t receive_tls(redisContext& context, char* buffer, std::size_t size);

// To be called before hiredis writes without blocking. OpenSSL keeps what has failed on a thread, a
// token's signature as well, and hiredis would take that for a failure of this write.
void prepare_tls();

}  // namespace scanlogin::redis
