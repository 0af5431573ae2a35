#pragma once

#include <optional>
#include <string>

#include "base/config.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// Where browsers reach this site, and whether a request comes from one of its pages.
class Site {
 public:
  explicit Site(const Config& config) : origin_(config.site_origin) {}

  // The site's origin (RFC 6454 section 6.2), "https://example.com" or "http://[::1]:8080":
  // SITE_ORIGIN, else scheme and host as the request says. The host is the header Host, which
  // HTTP/3 requests may come without, else what nginx served the request for (SERVER_NAME and
  // SERVER_PORT, RFC 3875 section 4.1). Empty if nobody has named a host; nothing if none of those
  // named is one.
  std::optional<std::string> origin(const Request& request) const;

  // Whether browsers reach it by https, by the same means.
  bool is_https(const Request& request) const;

  // Whose page had a browser send the request.
  enum class Sender {
    site,        // this site's, or it was no page
    other_host,  // this site's at a host that SITE_ORIGIN does not name: its cookies go elsewhere
    other_site,
  };
  // By the headers Sec-Fetch-Site (W3C Fetch Metadata), which browsers send to https alone and
  // Safari only from 16.4 on, and Origin (RFC 6454 section 7), which all send with a POST.
  Sender sender(const Request& request) const;

 private:
  std::string origin_;
};

// 403: another site's page had a browser send this.
Response cross_site_response();

}  // namespace scanlogin
