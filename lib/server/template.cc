#include "server/template.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/search_path.h"

namespace scanlogin {

Template Template::load(const std::string& dirs, const std::string& file) {
  const std::string path = find_in(dirs, file);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream html;
  html << in.rdbuf();
  if (!in || html.str().empty()) {
    throw Error(ErrorKind::config, "TEMPLATE_DIR has no readable " + path);
  }
  return Template(html.str());
}

std::string Template::render(
    std::initializer_list<std::pair<std::string_view, std::string_view>> values) const {
  std::string out;
  std::string_view rest = html_;
  for (;;) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = rest.find("}}", std::min(open, rest.size()));
    if (close == std::string_view::npos) return out.append(rest);
    out += rest.substr(0, open);
    const std::string_view wanted = rest.substr(open + 2, close - open - 2);
    const auto* found = values.begin();
    while (found != values.end() && found->first != wanted) ++found;
    if (found == values.end()) {
      throw Error(ErrorKind::internal, "a template asks for " + std::string(wanted));
    }
    out += html_escape(found->second);
    rest.remove_prefix(close + 2);
  }
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace scanlogin
