#include "clients/redis_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <vector>

#include "clients/redis_tls.h"

namespace scanlogin::redis {
namespace {

constexpr timeval kConnectLimit{.tv_sec = 1, .tv_usec = 0};
constexpr timeval kReplyLimit{.tv_sec = 2, .tv_usec = 0};

Value value_of(const redisReply& reply) {
  Value value;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      value.type = Value::Type::text;
      value.text.assign(reply.str, static_cast<std::size_t>(reply.len));
      break;
    case REDIS_REPLY_INTEGER:
      value.type = Value::Type::integer;
      value.integer = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      value.type = Value::Type::array;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        value.array.push_back(value_of(*reply.element[i]));
      }
      break;
    case REDIS_REPLY_ERROR:
      throw ErrorReply({reply.str, static_cast<std::size_t>(reply.len)});
    default:
      break;
  }
  return value;
}

using Context = Handle<redisContext, redisFree>;

Context made(redisContext* context) {
  if (context == nullptr) throw std::bad_alloc();
  return Context(context);
}

// The addresses of a host, as text. hiredis gives up on a name whose first address is refused.
std::vector<std::string> addresses_of(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), nullptr, &wanted, &found); failed != 0) {
    throw BrokenConnection(host + ": " + gai_strerror(failed), false);
  }
  const Handle<addrinfo, freeaddrinfo> owned(found);
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

Context connect(const ServerAddress& address) {
  if (!address.socket.empty()) {
    return made(redisConnectUnixWithTimeout(address.socket.c_str(), kConnectLimit));
  }
  Context context;
  for (const std::string& each : addresses_of(address.host)) {
    context = made(redisConnectWithTimeout(each.c_str(), address.port, kConnectLimit));
    if (context->err == 0) break;
  }
  return context;
}

}  // namespace

bool ErrorReply::has_code(std::string_view code) const {
  const std::string word = std::string(code) + " ";
  const std::string_view text = what();
  return text.starts_with("Redis: " + word) || text.find(": -" + word) != std::string_view::npos;
}

bool ErrorReply::script_unknown() const { return has_code("NOSCRIPT"); }

bool ErrorReply::wrong_type() const { return has_code("WRONGTYPE"); }

bool ErrorReply::wrong_server() const {
  constexpr std::array<std::string_view, 7> kCodes = {
      "READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "MISCONF", "UNBLOCKED"};
  return std::any_of(kCodes.begin(), kCodes.end(),
                     [this](std::string_view code) { return has_code(code); });
}

Connection::Connection(const RedisConfig& config, const Hold& hold)
    : context_(connect(config.address)), tls_(config.tls) {
  if (!context_) throw BrokenConnection(config.address.host + " has no address", false);
  if (context_->err != 0) throw broken();
  if (hold && !(held_ = hold(fd()))) throw BrokenConnection("another server counts now", false);
  redisSetTimeout(context_.get(), kReplyLimit);
  if (config.tls) begin_tls(*context_, config);
  if (!config.user.empty()) {
    send({"AUTH", config.user, config.password});
  } else if (!config.password.empty()) {
    send({"AUTH", config.password});
  }
  if (config.db != 0) send({"SELECT", std::to_string(config.db)});
}

void Connection::append(const Arguments& arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  const int count = static_cast<int>(texts.size());
  if (redisAppendCommandArgv(context_.get(), count, texts.data(), lengths.data()) != REDIS_OK) {
    throw broken();
  }
}

Value Connection::send(const Arguments& arguments) {
  append(arguments);
  return next_reply();
}

void Connection::send_all(const std::vector<Arguments>& all) {
  for (const Arguments& arguments : all) append(arguments);
  std::optional<ErrorReply> failed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    try {
      next_reply();
    } catch (const ErrorReply& error) {
      failed.emplace(error);
    }
  }
  if (failed) throw ErrorReply(*failed);
}

Value Connection::next_reply() {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) throw broken();
  const Handle<void, freeReplyObject> owned(reply);
  return value_of(*static_cast<const redisReply*>(reply));
}

void Connection::post(const Arguments& arguments) {
  append(arguments);
  int done = 0;
  while (done == 0) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) throw broken();
  }
}

bool Connection::has_part() const noexcept {
  const redisReader* reader = context_->reader;
  return reader->len > reader->pos || reader->ridx > 0;
}

int Connection::fd() const noexcept { return context_->fd; }

void Connection::stop_blocking() {
  fcntl(fd(), F_SETFL, fcntl(fd(), F_GETFL) | O_NONBLOCK);
  context_->flags &= ~REDIS_BLOCK;
}

bool Connection::flush() {
  if (tls_) prepare_tls();
  int done = 0;
  if (redisBufferWrite(context_.get(), &done) != REDIS_OK) throw broken();
  return done != 0;
}

std::optional<Value> Connection::receive() {
  for (;;) {
    void* reply = nullptr;
    if (redisReaderGetReply(context_->reader, &reply) != REDIS_OK) {
      throw BrokenConnection("unreadable reply", false);
    }
    if (reply != nullptr) {
      const Handle<void, freeReplyObject> owned(reply);
      return value_of(*static_cast<const redisReply*>(reply));
    }
    std::array<char, 4096> chunk{};
    const ssize_t count = tls_ ? receive_tls(*context_, chunk.data(), chunk.size())
                               : recv(fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count == 0) throw BrokenConnection("closed", true);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
      throw BrokenConnection(std::generic_category().message(errno), true);
    }
    redisReaderFeed(context_->reader, chunk.data(), static_cast<std::size_t>(count));
  }
}

BrokenConnection Connection::broken() const {
  const bool by_errno = context_->err == REDIS_ERR_IO;
  const bool closed =
      context_->err == REDIS_ERR_EOF || (by_errno && (errno == EPIPE || errno == ECONNRESET));
  return {by_errno ? std::generic_category().message(errno) : std::string(context_->errstr),
          closed};
}

}  // namespace scanlogin::redis
