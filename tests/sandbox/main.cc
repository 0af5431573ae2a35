// weixin-sandbox: a WeChat that runs here, for the demo and the tests. README.md beside this file.

#include <fcntl.h>

#include <filesystem>
#include <iostream>

#include "api.h"
#include "base/config.h"
#include "base/error.h"
#include "base/settings_reader.h"
#include "delays.h"
#include "page.h"
#include "people.h"
#include "server/fcgi_server.h"

namespace scanlogin::sandbox {
namespace {

constexpr int kListenSocket = 0;
constexpr int kExitConfig = 78;  // EX_CONFIG
constexpr std::string_view kPictures = "/mmopen/vi_32/";
constexpr std::string_view kPictureEnd = "/132";

struct Settings {
  Apps apps;
  std::string template_dir;
};

Settings read_settings() {
  const Environment environment = process_environment;
  SettingsReader settings(environment);
  // A build in build/MODE finds the pages of its own source tree.
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  const std::string pages = program.parent_path() / "../../tests/sandbox";
  const auto app = [&](const std::string& prefix) {
    return Credentials{.appid = settings.text(prefix + "_APPID", ""),
                       .secret = settings.secret(prefix + "_SECRET")};
  };
  Settings result{.apps = {.website = app("WX"), .account = app("MP"), .mini = app("MINI")},
                  .template_dir = settings.text("SANDBOX_TEMPLATE_DIR", pages)};
  if (result.apps.website.appid.empty()) settings.fault("WX_APPID", "is not set");
  if (result.apps.website.secret.empty()) settings.fault("WX_SECRET", "is not set");
  for (const auto& [prefix, other] :
       {std::pair("MP", result.apps.account), std::pair("MINI", result.apps.mini)}) {
    if (!other.appid.empty() && other.secret.empty()) {
      settings.fault(std::string(prefix) + "_SECRET", "is not set");
    }
  }
  if (!settings.faults().empty()) throw ConfigError(settings.faults());
  return result;
}

// nginx's $request_uri without the query; SCRIPT_NAME where it does not come.
std::string_view path_of(const Request& request) {
  const std::string_view uri = request.parameter("REQUEST_URI");
  return uri.empty() ? request.parameter("SCRIPT_NAME") : uri.substr(0, uri.find('?'));
}

Response plain(int status, std::string body) {
  return typed_response(status, "text/plain; charset=utf-8", std::move(body));
}

Response picture(std::string_view path) {
  path.remove_prefix(kPictures.size());
  if (!path.ends_with(kPictureEnd)) return plain(404, "not found\n");
  std::string svg = picture_of(path.substr(0, path.size() - kPictureEnd.size()));
  if (svg.empty()) return plain(404, "not found\n");
  return typed_response(200, "image/svg+xml", std::move(svg));
}

Outcome route(Api& api, Page& page, const Request& request) {
  const std::string_view path = path_of(request);
  if (request.method() != "GET") return {plain(405, "GET only\n").with("Allow", "GET")};
  if (path == "/sns/oauth2/access_token") return api.access_token(request);
  if (path == "/sns/userinfo") return api.userinfo(request);
  if (path == "/sns/jscode2session") return api.jscode2session(request);
  if (path == "/sandbox/mini/code") return {api.mini_code(request)};
  if (path == "/sandbox/calls") return {api.calls(request)};
  if (path.starts_with(kPictures)) return {picture(path)};
  if (std::optional<Response> response = page.at(path, request)) return {*std::move(response)};
  return {plain(404, "not found\n")};
}

void serve() {
  const Settings settings = read_settings();
  const Log log("weixin-sandbox");
  Ledger ledger;
  Api api(settings.apps, ledger, log);
  Page page(settings.apps, settings.template_dir, ledger);

  EventLoop loop;
  FcgiServer server(loop, kListenSocket, log);
  // The server closes its listening socket when it is told to end.
  Delays delays([] { return fcntl(kListenSocket, F_GETFD) < 0; });
  server.run([&](const Request& request, Responder responder) {
    Outcome outcome = route(api, page, request);
    if (outcome.delay.count() == 0) return responder.send(outcome.response);
    delays.send_later(std::move(responder), std::move(outcome.response), outcome.delay);
  });
}

}  // namespace
}  // namespace scanlogin::sandbox

int main() {
  try {
    scanlogin::sandbox::serve();
    return 0;
  } catch (const scanlogin::ConfigError& e) {
    std::cerr << "weixin-sandbox: " << e.what() << '\n';
  } catch (const scanlogin::Error& e) {
    std::cerr << "weixin-sandbox: " << e.what() << '\n';
    if (e.kind() != scanlogin::ErrorKind::config) return 1;
  }
  return scanlogin::sandbox::kExitConfig;
}
