#include "clients/http_client.h"

#include <curl/curl.h>

#include <array>
#include <ctime>

#include "base/error.h"
#include "base/handle.h"
#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLargestReply = 1024 * 1024;
// Then the server's name is looked up again, and may lead elsewhere.
constexpr long kLongestLife = 60;  // seconds

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

using HeaderList = Handle<curl_slist, curl_slist_free_all>;

void append(HeaderList& list, std::string line, const std::string& value) {
  line += ": ";
  line += value;
  // It would begin another header.
  if (has_control(line)) throw Error(ErrorKind::internal, "a header holds a control character");
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

HeaderList headers_of(const HttpRequest& request) {
  HeaderList list;
  for (const auto& [name, value] : request.headers) append(list, name, value);
  if (!request.content_type.empty()) append(list, "Content-Type", request.content_type);
  return list;
}

}  // namespace

class HttpHandle {
 public:
  HttpHandle(std::chrono::milliseconds limit, const std::string& ca_file)
      : curl_(curl_easy_init()) {
    if (!curl_) throw std::bad_alloc();
    const auto milliseconds = static_cast<long>(limit.count());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_MAXLIFETIME_CONN, kLongestLife);
    set(CURLOPT_TIMEOUT_MS, milliseconds);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!ca_file.empty()) {
      set(CURLOPT_CAINFO, ca_file.c_str());
      set(CURLOPT_CAPATH, static_cast<char*>(nullptr));  // else the system's count as well
    }
    set(CURLOPT_ERRORBUFFER, details_.data());
    set(CURLOPT_USERAGENT, "scanlogin");
    set(CURLOPT_WRITEFUNCTION, append_body);
  }

  HttpResponse send(const HttpRequest& request) {
    HttpResponse reply;
    const HeaderList headers = headers_of(request);
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_HTTPGET, 1L);
    if (request.method == HttpMethod::post) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());  // which makes it a POST
    }
    set(CURLOPT_WRITEDATA, &reply.body);
    const CURLcode result = curl_easy_perform(curl_.get());
    if (result != CURLE_OK) throw Error(ErrorKind::upstream, reason(result));
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    reply.date = date();
    return reply;
  }

 private:
  std::optional<std::int64_t> date() const {
    curl_header* header = nullptr;
    if (curl_easy_header(curl_.get(), "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) {
      return std::nullopt;
    }
    const std::time_t time = curl_getdate(header->value, nullptr);
    return time < 0 ? std::nullopt : std::optional<std::int64_t>(time);
  }

  std::string reason(CURLcode result) const {
    if (result == CURLE_WRITE_ERROR) return "the reply is over 1 MiB";
    // libcurl's details quote the URL at times. Those of a certificate do not, and tell what is
    // wrong with it.
    const bool certificate = result == CURLE_PEER_FAILED_VERIFICATION && details_[0] != '\0';
    return certificate ? details_.data() : curl_easy_strerror(result);
  }

  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK) {
      throw Error(ErrorKind::internal, "curl_easy_setopt refused option " + std::to_string(option));
    }
  }

  std::array<char, CURL_ERROR_SIZE> details_{};
  Handle<CURL, curl_easy_cleanup> curl_;
};

HttpClient::HttpClient(std::chrono::milliseconds limit, int connections, const std::string& ca_file)
    : pool_(static_cast<std::size_t>(connections), ErrorKind::upstream,
            [limit, ca_file] { return std::make_unique<HttpHandle>(limit, ca_file); }) {
  initialize_libcurl();
}

HttpClient::~HttpClient() = default;

// A failed handle is as good as new: libcurl itself closes a connection that failed.
HttpResponse HttpClient::send(const HttpRequest& request) { return pool_.lend()->send(request); }

}  // namespace scanlogin
