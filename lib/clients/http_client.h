#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/pool.h"

namespace scanlogin {

enum class HttpMethod { get, post };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  // Names and values, without control characters. A User-Agent here takes the place of ours.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string content_type{};  // of the body
  std::string body{};          // POST's alone
};

struct HttpResponse {
  long status = 0;
  std::string body;
  // Of the header Date (RFC 9110 section 6.6.1), in seconds since 1970.
  std::optional<std::int64_t> date{};
};

class HttpHandle;

// An HTTP client on libcurl, from any thread. Connections are kept open and used again, by
// whichever thread comes next. TLS certificates and host names are verified, TLS 1.2 at
// least; redirects are not followed; http_proxy and https_proxy are obeyed, as by every libcurl.
class HttpClient {
 public:
  // limit: for one call from beginning to end, connecting included. connections: at a time.
  // ca_file: the authorities to trust, in PEM form, and no others; empty: the system's.
  HttpClient(std::chrono::milliseconds limit, int connections, const std::string& ca_file = "");
  ~HttpClient();

  // Throws Error(upstream) for a failed or slow connection and for a reply over 1 MiB; the text
  // never names the URL, a header or the body, any of which may hold secrets. Any status counts as
  // a reply. Error(internal) for a header with a control character.
  HttpResponse send(const HttpRequest& request);
  HttpResponse get(const std::string& url) { return send({.url = url}); }

 private:
  Pool<HttpHandle> pool_;
};

}  // namespace scanlogin
