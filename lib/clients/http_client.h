#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "clients/pool.h"

namespace scanlogin {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers{};  // "Name: value" each
  std::string body{};                  // not of a GET
};

struct HttpResponse {
  long status = 0;
  std::string body;
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
  // never names the URL, whose query may hold secrets. Any status counts as a reply.
  HttpResponse send(const HttpRequest& request);
  HttpResponse get(const std::string& url) { return send({.url = url}); }

 private:
  Pool<HttpHandle> pool_;
};

}  // namespace scanlogin
