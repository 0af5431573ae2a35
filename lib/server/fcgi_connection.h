#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "server/request.h"
#include "server/response.h"

struct FCGX_Request;

namespace scanlogin {

// One connection from the web server, carrying one request after another (FastCGI's
// FCGI_KEEP_CONN). libfcgi decodes; when to read and when to close is decided here, because
// libfcgi's own accept loop blocks in both. Between requests, and while an answer is owed, nothing
// of libfcgi's is held: its buffers would be most of what a waiting request takes. Owns the
// descriptor.
// Not thread-safe: one thread at a time, the loop between requests, whoever answers during one.
class FcgiConnection {
 public:
  // Takes over a connected, blocking socket.
  explicit FcgiConnection(int fd);
  ~FcgiConnection();
  FcgiConnection(const FcgiConnection&) = delete;
  FcgiConnection& operator=(const FcgiConnection&) = delete;

  int fd() const noexcept { return fd_.get(); }
  // Whether a request has been answered on it: the web server may be keeping it for the next.
  bool used() const noexcept { return used_; }

  enum class Incoming {
    nothing,  // no byte has come
    part,     // of a request
    request,  // a whole one: call read()
    end,      // closed, broken, or not speaking FastCGI: destroy the connection
  };
  // Whether a byte has come that belongs to no request that was read. Does not block.
  bool has_more() const;
  // Takes what has come, and throws it away, without blocking. False at the end of it: the web
  // server has closed the connection.
  bool discard() const;

  // What has arrived, without taking it and without blocking. The buffer is scratch space and
  // bounds a request's size; one that fills it is refused.
  Incoming peek(std::span<unsigned char> buffer) const;

  // Takes the request that has arrived. Nothing if libfcgi refuses it: destroy the connection.
  std::optional<Request> read();

  // Answers the request that read() gave; the body is left out if it was a HEAD (RFC 9110
  // section 9.3.2). True if the connection can carry another one. Blocks for at most a few
  // seconds, and only if the web server does not take the answer; a response with more to come
  // takes as long as its pieces. Throws, before anything is written, for a response that head_of()
  // refuses. closing: the caller is about to close its side, so that the last piece can go out
  // together with that.
  bool write(const Response& response, bool closing = false);

 private:
  bool write_rest(const Response& response);
  bool send_all(std::string_view bytes, int flags = 0);

  Descriptor fd_;
  std::unique_ptr<FCGX_Request> fcgx_;
  std::uint16_t request_ = 0;  // its number
  bool keep_ = false;
  bool head_only_ = false;
  bool used_ = false;
  std::string request_id_;
};

}  // namespace scanlogin
