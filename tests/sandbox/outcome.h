#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "server/response.h"

namespace scanlogin::sandbox {

// A response, and how long the client is to wait for it.
struct Outcome {
  Response response;
  std::chrono::milliseconds delay{0};
};

inline Response typed_response(int status, std::string content_type, std::string body) {
  return {status, {{"Content-Type", std::move(content_type)}}, std::move(body)};
}

inline Response redirect_response(std::string location) {
  return {302, {{"Location", std::move(location)}}, {}};
}

}  // namespace scanlogin::sandbox
