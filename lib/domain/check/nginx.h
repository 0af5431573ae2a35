#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/check/finding.h"
#include "domain/check/settings.h"

namespace scanlogin::check {

// What nginx has been told. file: the output of `nginx -T`, or a piece of configuration; empty:
// nginx is asked here, which as a rule only root can. Whether it passes requests to scanlogin,
// whether the endpoints take connections on the sockets it names, and whether its files are the
// shipped ones, in `nginx` beside the last directory of TEMPLATE_DIR.
Findings check_nginx(const Settings& settings, const std::string& file);

// The files of `nginx -T`, by the last part of their names; a text without such heads is one
// without a name.
std::map<std::string, std::string, std::less<>> nginx_files(std::string_view text);

// An endpoint as an `upstream scanlogin-NAME` has it, at a unix socket.
struct Upstream {
  std::string endpoint;
  std::string socket;
};

// Those of a configuration without its comments. An upstream with other servers alone has none.
std::vector<Upstream> nginx_upstreams(std::string_view text);

}  // namespace scanlogin::check
