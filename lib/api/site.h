#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// Where browsers reach this site, and whether a request comes from one of its pages.
class Site {
 public:
  explicit Site(const Config& config)
      : origins_(config.site_origins), others_(config.cors_origins) {}

  // The origin (RFC 6454 section 6.2) at which the browser asks this site, "https://example.com" or
  // "http://[::1]:8080". The one of SITE_ORIGIN that is the request's host, else the first of
  // those; without that setting, scheme and host as the request says. The host is the header Host,
  // which HTTP/3 requests may come without, else what nginx served the request for (SERVER_NAME and
  // SERVER_PORT, RFC 3875 section 4.1). Empty if nobody has named a host; nothing if none of those
  // named is one.
  std::optional<std::string> origin(const Request& request) const;

  // Where providers send people back to: the first of SITE_ORIGIN's, else as origin().
  std::optional<std::string> callback_origin(const Request& request) const;

  // Whether it is one of SITE_ORIGIN's, as browsers write it.
  bool has(const std::string& origin) const;

  // Whether browsers reach it by https, by the same means as origin().
  bool is_https(const Request& request) const;

  // Whose page had a browser send the request.
  enum class Sender {
    site,        // this site's, one of CORS_ORIGINS', or it was no page
    other_host,  // this site's at a host that SITE_ORIGIN does not name: its cookies go elsewhere
    other_site,
  };
  // By the headers Sec-Fetch-Site (W3C Fetch Metadata), which browsers send to https alone and
  // Safari only from 16.4 on, and Origin (RFC 6454 section 7), which all send with a POST.
  Sender sender(const Request& request) const;

  // Whether a request that changes something may be trusted with its cookie: its Origin is the
  // site's (one of SITE_ORIGIN's, else scheme and host of the request) or one of CORS_ORIGINS, as
  // browsers write them. Where it names none, Sec-Fetch-Site has to be same-origin. A browser
  // names none, or "null", for a form on a page with the referrer policy no-referrer; a page of
  // another site that does so is cross-site by the other header, which no script can set.
  bool may_use_cookie(const Request& request) const;

 private:
  Sender sender_by_host(const Request& request) const;

  std::vector<std::string> origins_;  // SITE_ORIGIN
  std::vector<std::string> others_;   // CORS_ORIGINS
};

// 403: another site's page had a browser send this.
Response cross_site_response();

}  // namespace scanlogin
