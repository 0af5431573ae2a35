#include "domain/providers/weixin_api.h"

#include <utility>

#include "base/error.h"

namespace scanlogin::weixin {

Api::Api(const Settings& settings, int connections, std::initializer_list<const char*> calls)
    : calls_(calls),
      base_(settings.api_base),
      http_(settings.timeout, connections, settings.ca_file) {}

std::string Api::get(const std::string& path_and_query) {
  HttpResponse response = http_.get(base_ + path_and_query);
  if (response.status != 200) {
    throw Error(ErrorKind::upstream,
                "WeChat's reply has status " + std::to_string(response.status));
  }
  return std::move(response.body);
}

}  // namespace scanlogin::weixin
