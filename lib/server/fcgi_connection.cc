#include "server/fcgi_connection.h"

#include <fcgiapp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string_view>

#include "base/error.h"
#include "server/fcgi_frame.h"

namespace scanlogin {
namespace {

constexpr timeval kWriteLimit{.tv_sec = 5, .tv_usec = 0};

void initialize_libfcgi() {
  static const int failed = FCGX_Init();
  if (failed != 0) throw Error(ErrorKind::internal, "FCGX_Init failed");
}

std::string read_body(FCGX_Stream* in) {
  std::string body;
  std::array<char, 4096> chunk{};
  for (;;) {
    const int count = FCGX_GetStr(chunk.data(), static_cast<int>(chunk.size()), in);
    if (count <= 0) return body;
    body.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::vector<Parameter> copy_parameters(FCGX_ParamArray environment) {
  std::vector<Parameter> parameters;
  parameters.reserve(32);
  for (char** entry = environment; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    parameters.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return parameters;
}

}  // namespace

FcgiConnection::FcgiConnection(int fd) : fd_(fd), fcgx_(std::make_unique<FCGX_Request>()) {
  initialize_libfcgi();
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &kWriteLimit, sizeof(kWriteLimit));
}

FcgiConnection::~FcgiConnection() { FCGX_Free(fcgx_.get(), 0); }

FcgiConnection::Incoming FcgiConnection::peek(std::span<unsigned char> buffer) const {
  const ssize_t count = recv(fd(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
  if (count < 0) {
    const bool empty = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return empty ? Incoming::nothing : Incoming::end;
  }
  if (count == 0) return Incoming::end;
  switch (inspect_frame(buffer.first(static_cast<std::size_t>(count)))) {
    case Frame::complete:
      return Incoming::request;
    case Frame::malformed:
      return Incoming::end;
    case Frame::partial:
      break;
  }
  return static_cast<std::size_t>(count) == buffer.size() ? Incoming::end : Incoming::part;
}

std::optional<Request> FcgiConnection::read() {
  // Listening socket −1: libfcgi must never accept a connection by itself. keepConnection and
  // detached: neither at the start of FCGX_Accept_r nor when it fails may it linger in a close
  // that waits for the peer.
  FCGX_InitRequest(fcgx_.get(), -1, FCGI_FAIL_ACCEPT_ON_INTR);
  fcgx_->ipcFd = fd();
  fcgx_->keepConnection = 1;
  fcgx_->detached = 1;
  if (FCGX_Accept_r(fcgx_.get()) != 0) {
    if (fcgx_->ipcFd != fd()) fd_.release();  // libfcgi has closed it
    return std::nullopt;
  }
  // The body is taken whether or not it is wanted: what stayed behind would be read as the
  // beginning of the next request.
  std::string body = read_body(fcgx_->in);
  keep_ = fcgx_->keepConnection != 0 && FCGX_GetError(fcgx_->in) == 0;
  request_ = static_cast<std::uint16_t>(fcgx_->requestId);
  Request request(copy_parameters(fcgx_->envp), std::move(body));
  FCGX_Free(fcgx_.get(), 0);
  head_only_ = request.method() == "HEAD";
  request_id_ = request.id();
  return request;
}

bool FcgiConnection::has_more() const {
  char byte = 0;
  return recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool FcgiConnection::discard() const {
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t count = recv(fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (count == 0) return false;
  }
}

bool FcgiConnection::write(const Response& response, bool closing) {
  std::string text = head_of(response, request_id_);
  used_ = true;
  if (!head_only_) text += response.body;
  std::string bytes;
  append_stdout(bytes, request_, text);
  if (!head_only_ && response.more) {
    // Without the record that ends the request the web server knows that this is not all.
    if (!send_all(bytes) || !write_rest(response)) return false;
    bytes.clear();
  }
  append_end(bytes, request_);
  return send_all(bytes, closing ? MSG_MORE : 0) && keep_;
}

bool FcgiConnection::write_rest(const Response& response) {
  try {
    while (const std::optional<std::string> piece = response.more()) {
      std::string bytes;
      append_stdout(bytes, request_, *piece);
      if (!send_all(bytes)) return false;
    }
    return true;
  } catch (const std::exception&) {
    return false;  // the reason is for whoever makes the pieces to log
  }
}

bool FcgiConnection::send_all(std::string_view bytes, int flags) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace scanlogin
