#include "api/file_response.h"

#include <exception>
#include <utility>

namespace scanlogin {

Response file_response(std::string type, const std::string& name, std::string beginning,
                       std::function<std::optional<std::string>()> next,
                       std::function<void(const char*)> failed) {
  Response response{.status = 200,
                    .headers = {{"Content-Type", std::move(type)},
                                {"Cache-Control", "no-store"},
                                {"X-Content-Type-Options", "nosniff"},
                                {"Content-Disposition", "attachment; filename=\"" + name + "\""}},
                    .body = std::move(beginning)};
  response.more = [next = std::move(next), failed = std::move(failed)] {
    try {
      return next();
    } catch (const std::exception& error) {
      failed(error.what());
      throw;
    }
  };
  return response;
}

}  // namespace scanlogin
