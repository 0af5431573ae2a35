// What comes to an endpoint's socket. The first bytes say
//   whether the rest is the bytes themselves (0), or what a web server makes a request of (1):
//     lines NAME=VALUE, an empty line, the body
//   in how many pieces they come, less one: 0 to 7
//   how the request is answered: in one (0), with more behind it (1), which fails (2), with a
//     header that holds the query string (3), or to a web server that has gone (4)
//   and for a request: how long its records are, 0 to 3, and their padding, 0 to 7

#include <sys/socket.h>

#include <array>
#include <csignal>

#include "base/error.h"
#include "fuzz/fcgi_records.h"
#include "server/fcgi_connection.h"
#include "server/fcgi_frame.h"

namespace scanlogin {
namespace {

using fuzz::check;

constexpr std::size_t kLargestRequest = 4096;  // the server's own is 128 KiB

std::span<const unsigned char> as_bytes(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

// The two ends of a connection from the web server.
class Sockets {
 public:
  Sockets() {
    std::array<int, 2> ends{};
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0,
          "there are sockets");
    web_server_ = Descriptor(ends[0]);
    endpoint_ = ends[1];
  }
  int endpoint() const { return endpoint_; }  // FcgiConnection's to close
  void hang_up() { web_server_.reset(); }

  void send(std::string_view bytes) const {
    check(::send(web_server_.get(), bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()),
          "a socket takes a request");
  }

  std::string receive() const {
    std::string all;
    std::array<char, 4096> chunk{};
    for (;;) {
      const ssize_t count = recv(web_server_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (count <= 0) return all;
      all.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  Descriptor web_server_;
  int endpoint_ = -1;
};

enum class Way { in_one, with_more, failing, with_header, to_nobody };

Response response_to(const Request& request, Way way) {
  Response response{.headers = {{"Content-Type", "text/plain"}}, .body = request.body()};
  if (way == Way::with_header) {
    response.headers.emplace_back("X-Query", request.parameter("QUERY_STRING"));
  }
  if (way == Way::with_more || way == Way::failing) {
    response.more = [way, left = 2]() mutable -> std::optional<std::string> {
      if (left-- > 0) return "more\n";
      if (way == Way::failing) throw Error(ErrorKind::database, "the rest cannot be read");
      return std::nullopt;
    };
  }
  return response;
}

// What the web server is to get for it, all but the end.
std::string expected(const Request& request, Way way) {
  const Response response = response_to(request, way);
  std::string text = head_of(response, request.id());
  if (request.method() == "HEAD") return text;
  text += response.body;
  return way == Way::with_more ? text + "more\nmore\n" : text;
}

// An endpoint with one connection, which does as FcgiServer does.
class Endpoint {
 public:
  Endpoint(Sockets& sockets, Way way)
      : sockets_(sockets), connection_(sockets.endpoint()), way_(way) {}

  // Deals with what has arrived. False once the connection is to be closed.
  bool go_on() {
    for (;;) {
      const FcgiConnection::Incoming incoming = connection_.peek(buffer_);
      if (incoming == FcgiConnection::Incoming::end) return false;
      if (incoming != FcgiConnection::Incoming::request) return true;
      const std::optional<Request> request = connection_.read();
      if (!request) return false;
      received_.push_back(*request);
      if (!answer(*request)) return false;
    }
  }
  const std::vector<Request>& received() const { return received_; }

 private:
  bool answer(const Request& request) {
    if (way_ == Way::to_nobody) sockets_.hang_up();
    const bool sendable =
        way_ != Way::with_header || !fuzz::has_control(request.parameter("QUERY_STRING"));
    bool keep = false;
    try {
      keep = connection_.write(response_to(request, way_));
      check(sendable, "a header with a control character is not sent");
    } catch (const Error& error) {
      check(!sendable && error.kind() == ErrorKind::internal, "what can be sent is sent");
      check(sockets_.receive().empty(), "what is refused is refused before anything is written");
      keep = connection_.write(response_to(request, way_ = Way::in_one));
    }
    check(connection_.used(), "a connection is used once a request is answered");
    if (way_ == Way::to_nobody) return keep;
    check_answer(request);
    return keep;
  }

  void check_answer(const Request& request) {
    const std::string sent = sockets_.receive();
    std::string_view bytes = sent;
    const fuzz::Answer answer = fuzz::take_answer(bytes);
    check(bytes.empty(), "a request has one answer");
    const bool whole = way_ != Way::failing || request.method() == "HEAD";
    check(answer.ended == whole, "an answer that is cut short shows it");
    if (whole) check(answer.text == expected(request, way_), "an answer arrives as it was given");
  }

  Sockets& sockets_;
  FcgiConnection connection_;
  Way way_;
  std::vector<Request> received_;
  std::array<unsigned char, kLargestRequest> buffer_{};
};

// What an endpoint gets out of bytes that come in so many pieces.
std::vector<Request> receive(std::string_view bytes, std::size_t pieces, Way way) {
  Sockets sockets;
  Endpoint endpoint(sockets, way);
  const std::size_t most = bytes.size() / pieces + 1;
  Frame before = Frame::partial;
  for (std::size_t end = 0; end < bytes.size();) {
    const std::string_view piece = bytes.substr(end, most);
    end += piece.size();
    const Frame frame = inspect_frame(as_bytes(bytes.substr(0, end)));
    check(before == Frame::partial || frame == before, "what follows changes nothing");
    before = frame;
    sockets.send(piece);
    if (!endpoint.go_on()) break;
    if (way == Way::to_nobody && !endpoint.received().empty()) break;
  }
  for (const Request& request : endpoint.received()) {
    check(!request.id().empty() && request.id().size() <= 64, "a request has an id");
  }
  return endpoint.received();
}

void serve_bytes(std::string_view bytes, std::size_t pieces, Way way) {
  const std::vector<Request> received = receive(bytes, pieces, way);
  if (received.empty()) return;
  check(received.front().body() == fuzz::body_of(bytes), "a body arrives as it was sent");
}

fuzz::Pairs parameters_in(fuzz::Input& input) {
  fuzz::Pairs parameters;
  for (std::string_view line = input.line(); !line.empty(); line = input.line()) {
    std::string text(line);
    std::replace(text.begin(), text.end(), '\0', ' ');  // libfcgi's are C strings
    const std::size_t equals = std::min(text.find('='), text.size() - 1);
    // libfcgi adds FCGI_ROLE itself.
    if (text.substr(0, equals) != "FCGI_ROLE") {
      parameters.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return parameters;
}

void check_request(const Request& request, const fuzz::Pairs& parameters, std::string_view body) {
  check(request.body() == body, "a body arrives as it was sent");
  for (auto pair = parameters.begin(); pair != parameters.end(); ++pair) {
    const bool first = std::none_of(parameters.begin(), pair,
                                    [&](const auto& other) { return other.first == pair->first; });
    check(!first || request.parameter(pair->first) == pair->second,
          "a parameter arrives as it was sent");
  }
}

void serve_request(fuzz::Input input, std::size_t pieces, Way way) {
  constexpr std::array<std::size_t, 4> kContents{65535, 1, 7, 100};
  const fuzz::Cut cut{.content = kContents.at(input.choice(4)), .padding = input.choice(8)};
  const fuzz::Pairs parameters = parameters_in(input);
  const std::string bytes = fuzz::request(parameters, input.rest(), cut);
  if (bytes.size() > 100'000) return;  // more than a socket takes at once
  const std::vector<Request> received = receive(bytes, pieces, way);
  check(received.size() == (bytes.size() <= kLargestRequest ? 1 : 0),
        "a request arrives if it is not too large");
  if (!received.empty()) check_request(received.front(), parameters, input.rest());
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin;
  std::signal(SIGPIPE, SIG_IGN);  // as FcgiServer has it
  fuzz::Input input(data, size);
  const bool made = input.choice(2) == 1;
  const std::size_t pieces = input.choice(8) + 1;
  const Way way = static_cast<Way>(input.choice(5));
  if (made) {
    serve_request(input, pieces, way);
  } else {
    serve_bytes(input.rest(), pieces, way);
  }
  return 0;
}
