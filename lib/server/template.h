#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace scanlogin {

// An HTML page with places to fill: {{name}}. Every value is escaped for HTML text and quoted
// attributes; there is no way to put one in raw.
class Template {
 public:
  // From where find_in(dirs, file) says (base/search_path.h). Throws Error(config) naming the file
  // if it cannot be read.
  static Template load(const std::string& dirs, const std::string& file);
  explicit Template(std::string html) : html_(std::move(html)) {}

  // As it was loaded.
  const std::string& text() const noexcept { return html_; }

  // The page with each {{name}} replaced. Throws Error(internal) for a name that no value was
  // given for. Values are not searched for {{…}} in their turn.
  std::string render(
      std::initializer_list<std::pair<std::string_view, std::string_view>> values) const;

 private:
  std::string html_;
};

// & < > " ' as character references.
std::string html_escape(std::string_view text);

}  // namespace scanlogin
