#include "base/error.h"

namespace scanlogin {

const char* name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::config:
      return "config";
    case ErrorKind::database:
      return "database";
    case ErrorKind::cache:
      return "cache";
    case ErrorKind::upstream:
      return "upstream";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace scanlogin
