#include "api/monitor.h"

#include "api/metrics_text.h"

namespace scanlogin {

Answer Monitor::answer(const Request& request) {
  const std::string_view asked = request.path().substr(kRoot.size());
  const bool is_health = asked == "health/" + name_;
  if (!is_health && asked != "metrics/" + name_) return not_found("接口不存在");
  if (request.method() != "GET" && request.method() != "HEAD") {
    return method_not_allowed("GET, HEAD");
  }
  if (is_health) return health_.answer();
  return Response{.status = 200,
                  .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"},
                              {"Cache-Control", "no-store"}},
                  .body = metrics_text(name_.c_str())};
}

}  // namespace scanlogin
