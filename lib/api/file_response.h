#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/response.h"

namespace scanlogin {

// A file to be saved under this name, streamed: its beginning, and what comes behind it a piece at
// a time until there is none (Response::more). `failed` is told what has cut it short.
Response file_response(std::string type, const std::string& name, std::string beginning,
                       std::function<std::optional<std::string>()> next,
                       std::function<void(const char*)> failed);

}  // namespace scanlogin
