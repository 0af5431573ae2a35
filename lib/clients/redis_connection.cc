#include "clients/redis_connection.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

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

redisContext* connect(const ServerAddress& address) {
  return address.socket.empty()
             ? redisConnectWithTimeout(address.host.c_str(), address.port, kConnectLimit)
             : redisConnectUnixWithTimeout(address.socket.c_str(), kConnectLimit);
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
  constexpr std::array<std::string_view, 6> kCodes = {"READONLY",    "LOADING",    "MASTERDOWN",
                                                      "CLUSTERDOWN", "NOREPLICAS", "MISCONF"};
  return std::any_of(kCodes.begin(), kCodes.end(),
                     [this](std::string_view code) { return has_code(code); });
}

Connection::Connection(const RedisConfig& config) : context_(connect(config.address)) {
  if (!context_) throw std::bad_alloc();
  if (context_->err != 0) throw broken();
  redisSetTimeout(context_.get(), kReplyLimit);
  if (!config.password.empty()) send({"AUTH", config.password});
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
    const ssize_t count = recv(context_->fd, chunk.data(), chunk.size(), MSG_DONTWAIT);
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
