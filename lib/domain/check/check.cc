#include "domain/check/check.h"

#include "base/config.h"
#include "domain/check/mysql.h"
#include "domain/check/nginx.h"
#include "domain/check/providers.h"
#include "domain/check/redis.h"
#include "domain/check/settings.h"

namespace scanlogin::check {

Report check_all(const Environment& environment, const std::string& nginx_file) {
  Report report;
  try {
    const Settings settings = read_settings(environment);
    append(report.findings, check_settings(settings));
    append(report.findings, check_machine(settings));
    append(report.findings, check_mysql(settings.config.mysql));
    append(report.findings, check_redis(settings.config.redis));
    append(report.findings, check_providers(settings));
    append(report.findings, check_nginx(settings, nginx_file));
  } catch (const ConfigError& error) {
    report.settings_wrong = true;
    for (const std::string& fault : error.faults()) {
      report.findings.push_back({.what = "settings",
                                 .state = State::fault,
                                 .detail = fault,
                                 .advice = "docs/settings.md tells of each"});
    }
  }
  return report;
}

}  // namespace scanlogin::check
