#pragma once

#include <string>

#include "clients/http_client.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin::weixin {

// WeChat's API, as one app asks it. Used from any thread.
class Api {
 public:
  // connections: to WeChat, at a time.
  Api(const Settings& settings, int connections);

  // The body of a reply. WeChat answers every call with status 200, refusals too: any other is
  // Error(upstream), as is all that keeps a reply from coming.
  std::string get(const std::string& path_and_query);

 private:
  const std::string base_;
  HttpClient http_;
};

}  // namespace scanlogin::weixin
