#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "server/request.h"
#include "server/response.h"
#include "server/route.h"

namespace scanlogin {

// Cross-origin resource sharing (Fetch Standard, section 3.2): lets the pages of CORS_ORIGINS, and
// no others, call the endpoints and read their replies. Where a request has another Origin, or
// none, all of this changes nothing.
class Cors {
 public:
  explicit Cors(const Config& config);

  // 204 for a preflight, the OPTIONS with which a browser asks what a listed origin may send;
  // nothing for every other request, and where the path has no methods.
  std::optional<Response> preflight(const Request& request,
                                    const std::function<Methods(const Request&)>& methods_of) const;

  // Lets a listed origin read the response: all of its body, and the headers ETag and Retry-After.
  void allow(const Request& request, Response& response) const;

 private:
  bool is_listed(const std::string& origin) const;
  void name_origin(const std::string& origin, Response& response) const;

  std::vector<std::string> origins_;
  bool credentials_;  // whether a browser may send its cookie along
};

}  // namespace scanlogin
