#include "clients/redis_tls.h"

#ifdef SCANLOGIN_REDIS_TLS

#include <fcntl.h>
#include <hiredis.h>
#include <hiredis_ssl.h>

#include <cerrno>
#include <string>

#include "base/tls_client.h"
#include "clients/redis_connection.h"

namespace scanlogin::redis {

void begin_tls(redisContext& context, const RedisConfig& config) {
  TlsClient tls = make_tls_client(
      {.authorities = config.ca_file, .certificate = config.cert_file, .key = config.key_file},
      config.address.host);
  if (redisInitiateSSL(&context, tls.get()) != REDIS_OK) {
    const std::string fault = certificate_fault(*tls);
    throw BrokenConnection("TLS: " + (fault.empty() ? std::string(context.errstr) : fault), false);
  }
  tls.release();  // the context's from now on
}

void prepare_tls() { forget_tls_failures(); }

// hiredis waits for more where the context blocks.
ssize_t receive_tls(redisContext& context, char* buffer, std::size_t size) {
  const bool blocks = (context.flags & REDIS_BLOCK) != 0;
  const int flags = fcntl(context.fd, F_GETFL);
  if (blocks) {
    fcntl(context.fd, F_SETFL, flags | O_NONBLOCK);
    context.flags &= ~REDIS_BLOCK;
  }
  prepare_tls();
  const ssize_t count = context.funcs->read(&context, buffer, size);
  if (blocks) {
    context.flags |= REDIS_BLOCK;
    fcntl(context.fd, F_SETFL, flags);
  }
  if (count > 0) return count;
  if (count < 0) return 0;
  errno = EAGAIN;
  return -1;
}

}  // namespace scanlogin::redis

#else

#include "base/error.h"

namespace scanlogin::redis {

void begin_tls(redisContext& /*context*/, const RedisConfig& /*config*/) {
  throw Error(ErrorKind::internal, "this build has no TLS for Redis");
}

ssize_t receive_tls(redisContext& /*context*/, char* /*buffer*/, std::size_t /*size*/) { return 0; }

void prepare_tls() {}

}  // namespace scanlogin::redis

#endif
