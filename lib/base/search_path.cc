#include "base/search_path.h"

#include <unistd.h>

#include <string_view>

namespace scanlogin {

std::string find_in(const std::string& dirs, const std::string& file) {
  std::string_view rest = dirs;
  for (;;) {
    const std::size_t colon = rest.find(':');
    std::string path = std::string(rest.substr(0, colon)) + "/" + file;
    if (colon == std::string_view::npos || access(path.c_str(), F_OK) == 0) return path;
    rest.remove_prefix(colon + 1);
  }
}

}  // namespace scanlogin
