#pragma once

#include <string>
#include <string_view>

#include "api/app.h"
#include "api/endpoint.h"
#include "api/health.h"
#include "server/open_request.h"

namespace scanlogin {

// What an endpoint tells of itself, where nginx/scanlogin-monitor.conf lets somebody ask:
//
//   GET /scanlogin/health/NAME    api/health.h
//   GET /scanlogin/metrics/NAME   api/metrics_text.h
//
// All else below /scanlogin/ is 404. All of it on the loop.
class Monitor {
 public:
  Monitor(App& app, const Endpoint& endpoint) : name_(endpoint.name), health_(app, endpoint) {}

  static bool is_for(const Request& request) { return request.path().starts_with(kRoot); }
  Answer answer(const Request& request);
  // About once a second.
  void tick() { health_.tick(); }

 private:
  static constexpr std::string_view kRoot = "/scanlogin/";

  const std::string name_;
  Health health_;
};

}  // namespace scanlogin
