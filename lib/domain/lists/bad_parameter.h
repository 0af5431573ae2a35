#pragma once

#include <string>

namespace scanlogin {

// A query parameter, or a field of a body, that is unknown or has a value it cannot have.
struct BadParameter {
  std::string name;
};

}  // namespace scanlogin
