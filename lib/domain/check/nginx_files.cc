#include <optional>

#include "base/text.h"
#include "domain/check/nginx.h"

namespace scanlogin::check {
namespace {

constexpr std::string_view kHead = "# configuration file ";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

}  // namespace

std::map<std::string, std::string, std::less<>> nginx_files(std::string_view text) {
  std::map<std::string, std::string, std::less<>> files;
  std::string name;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with(kHead) && line.ends_with(':')) {
      name = line.substr(line.rfind('/') + 1);
      name.pop_back();
      files[name].clear();  // a file that is included twice is printed once, but for the main one
    } else {
      files[name].append(line).append("\n");
    }
  }
  return files;
}

std::vector<Upstream> nginx_upstreams(std::string_view text) {
  constexpr std::string_view kName = "scanlogin-";
  constexpr std::string_view kSocket = "unix:";
  std::vector<Upstream> upstreams;
  std::optional<std::string> inside;
  for (const std::string_view line : lines_of(text)) {
    const auto words = split(without_comment(line), " \t;{");
    if (words.empty()) continue;
    if (words[0] == "upstream" && words.size() > 1) {
      inside.reset();
      if (words[1].starts_with(kName)) inside = words[1].substr(kName.size());
    } else if (words[0] == "}") {
      inside.reset();
    } else if (inside && words[0] == "server" && words.size() > 1 &&
               words[1].starts_with(kSocket)) {
      upstreams.push_back({*inside, std::string(words[1].substr(kSocket.size()))});
    }
  }
  return upstreams;
}

}  // namespace scanlogin::check
