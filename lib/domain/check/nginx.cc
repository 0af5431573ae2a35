#include "domain/check/nginx.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "base/descriptor.h"
#include "base/text.h"

namespace scanlogin::check {
namespace {

// It says nothing where it cannot read all of its files; and it may not stand still.
constexpr const char* kAskNginx = "PATH=$PATH:/usr/sbin:/sbin timeout 10 nginx -T 2> /dev/null";

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string output_of(const char* command) {
  FILE* pipe = popen(command, "r");
  if (pipe == nullptr) return "";
  std::string output;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  pclose(pipe);
  return output;
}

// 0, or why it takes no connection.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
  path.copy(address.sun_path, path.size());
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return errno;
  const auto* at = reinterpret_cast<const sockaddr*>(&address);
  return ::connect(socket.get(), at, sizeof(address)) == 0 ? 0 : errno;
}

// Whether nobody logs in, stays so or logs out without it. A site may do without the others.
bool is_needed(const Settings& settings, std::string_view endpoint) {
  if (endpoint == "login-mini") return settings.mini.has_value();
  if (endpoint.starts_with("login-wx")) return settings.website.has_value();
  if (endpoint.starts_with("login-oauth")) {
    return settings.offered.size() > (settings.mini ? 1U : 0U) + (settings.website ? 1U : 0U);
  }
  return endpoint == "current" || endpoint == "logout";
}

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

Finding sockets(const Settings& settings, const std::vector<Upstream>& upstreams) {
  std::string silent;
  std::string closed;
  State state = State::warning;
  std::size_t answered = 0;
  for (const Upstream& upstream : upstreams) {
    const int error = connect_to(upstream.socket);
    if (error == 0) {
      ++answered;
      continue;
    }
    add(error == EACCES ? closed : silent,
        upstream.endpoint + " (" + upstream.socket + ": " + std::strerror(error) + ")");
    if (error != EACCES && is_needed(settings, upstream.endpoint)) state = State::fault;
  }
  if (!silent.empty()) {
    return {.what = "endpoints",
            .state = state,
            .detail = "not there: " + silent,
            .advice =
                "start them on the sockets that nginx names (docs/install.md), but for those "
                "that the site has no use for"};
  }
  if (!closed.empty()) {
    return {.what = "endpoints",
            .state = State::unknown,
            .detail = "this user may not try " + closed,
            .advice = "run this as root, or as nginx's user"};
  }
  return {.what = "endpoints", .detail = std::to_string(answered) + " take connections"};
}

// Debian's package has the files in a folder of their own.
std::string in_one_folder(std::string text) {
  constexpr std::string_view kThere = "include scanlogin/scanlogin-";
  constexpr std::string_view kHere = "include scanlogin-";
  for (std::size_t at = 0; (at = text.find(kThere, at)) != text.npos; at += kHere.size()) {
    text.replace(at, kThere.size(), kHere);
  }
  return text;
}

// Below a directory beside the first of those of the pages that has it.
std::optional<std::string> original_of(const Settings& settings, const std::string& name) {
  for (const std::string_view pages : split(settings.config.template_dir, ":")) {
    std::string path(pages.substr(0, pages.find_last_of('/') + 1));
    path.append("nginx/").append(name);
    if (auto original = content_of(path)) return in_one_folder(*original);
  }
  return std::nullopt;
}

Finding shipped(const Settings& settings, std::string_view text) {
  std::string changed;
  std::size_t compared = 0;
  for (const auto& [name, file] : nginx_files(text)) {
    if (!name.starts_with("scanlogin-")) continue;
    const auto original = original_of(settings, name);
    if (!original) continue;
    ++compared;
    const std::string content = in_one_folder(file);
    // nginx puts an empty line behind each file.
    if (*original + "\n" != content && *original != content) add(changed, name);
  }
  if (compared == 0) {
    return {.what = "nginx files",
            .state = State::unknown,
            .detail = "there is nothing to compare them with in nginx/ beside TEMPLATE_DIR"};
  }
  if (changed.empty()) return {.what = "nginx files", .detail = "as shipped"};
  return {.what = "nginx files",
          .state = State::warning,
          .detail = "not as shipped: " + changed,
          .advice =
              "compare with share/scanlogin/nginx: right if the site changed them, wrong if "
              "they are of another version"};
}

Finding unknown(const std::string& why) {
  return {.what = "nginx",
          .state = State::unknown,
          .detail = why,
          .advice = "run this as root, or: nginx -T > FILE as root, and --nginx FILE here"};
}

}  // namespace

Findings check_nginx(const Settings& settings, const std::string& file) {
  std::string text;
  if (file.empty()) {
    text = output_of(kAskNginx);
    if (text.empty()) return {unknown("nginx -T says nothing here")};
  } else {
    auto content = content_of(file);
    if (!content) return {unknown(file + " cannot be read")};
    text = std::move(*content);
  }
  const bool passes = text.find("fastcgi_pass scanlogin-") != text.npos;
  const auto upstreams = nginx_upstreams(text);
  if (!passes || text.find("upstream scanlogin-") == text.npos) {
    return {{.what = "nginx",
             .state = State::warning,
             .detail = "it passes nothing to scanlogin",
             .advice = "include scanlogin-upstreams.conf and scanlogin-locations.conf "
                       "(docs/install.md)"}};
  }
  return {{.what = "nginx", .detail = "it passes requests to scanlogin"},
          sockets(settings, upstreams),
          shipped(settings, text)};
}

}  // namespace scanlogin::check
