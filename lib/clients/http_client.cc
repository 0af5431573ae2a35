#include "clients/http_client.h"

#include <curl/curl.h>

#include "base/error.h"
#include "base/handle.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLargestReply = 1024 * 1024;

// libcurl takes fewer bytes than it offered as the word to stop.
std::size_t append_body(const char* data, std::size_t size, std::size_t count, void* body) {
  auto& out = *static_cast<std::string*>(body);
  if (out.size() + size * count > kLargestReply) return 0;
  out.append(data, size * count);
  return size * count;
}

void initialize_libcurl() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw Error(ErrorKind::internal, "curl_global_init failed");
}

}  // namespace

class HttpHandle {
 public:
  explicit HttpHandle(std::chrono::milliseconds limit) : curl_(curl_easy_init()) {
    if (!curl_) throw std::bad_alloc();
    const auto milliseconds = static_cast<long>(limit.count());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, milliseconds);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_USERAGENT, "scanlogin");
    set(CURLOPT_WRITEFUNCTION, append_body);
  }

  HttpReply get(const std::string& url) {
    HttpReply reply;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_WRITEDATA, &reply.body);
    const CURLcode result = curl_easy_perform(curl_.get());
    if (result != CURLE_OK) {
      // Not CURLOPT_ERRORBUFFER, whose texts quote the URL at times.
      throw Error(ErrorKind::upstream, result == CURLE_WRITE_ERROR ? "the reply is over 1 MiB"
                                                                   : curl_easy_strerror(result));
    }
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    return reply;
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK) {
      throw Error(ErrorKind::internal, "curl_easy_setopt refused option " + std::to_string(option));
    }
  }

  Handle<CURL, curl_easy_cleanup> curl_;
};

HttpClient::HttpClient(std::chrono::milliseconds limit, int connections)
    : pool_(static_cast<std::size_t>(connections), ErrorKind::upstream,
            [limit] { return std::make_unique<HttpHandle>(limit); }) {
  initialize_libcurl();
}

HttpClient::~HttpClient() = default;

// A failed handle is as good as new: libcurl itself closes a connection that failed.
HttpReply HttpClient::get(const std::string& url) { return pool_.lend()->get(url); }

}  // namespace scanlogin
