#include "api/redirect_logins.h"

#include <algorithm>
#include <utility>

#include "api/login_path.h"
#include "domain/providers/weixin_mini.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin {

RedirectLogins::RedirectLogins(App& app, const std::vector<Offered>& offered) {
  for (const Offered& one : offered) {
    auto provider = make_provider(one, app.config.worker_threads, app.redis);
    if (!provider) {
      ways_.push_back(one.name == weixin::MiniProgram::kFacts.name
                          ? LoginWay{weixin::MiniProgram::kFacts, LoginKind::code}
                          : LoginWay{weixin::Website::kFacts, LoginKind::scan});
      continue;
    }
    ways_.push_back({provider->facts(), LoginKind::redirect});
    all_.push_back(std::make_unique<RedirectLogin>(app, std::move(provider)));
  }
}

RedirectLogin* RedirectLogins::of(const Request& request) const {
  const std::string_view name = provider_in(request.path());
  const auto found = std::find_if(all_.begin(), all_.end(), [name](const auto& one) {
    return one->provider->facts().name == name;
  });
  return found == all_.end() ? nullptr : found->get();
}

void RedirectLogins::tick() {
  for (const auto& one : all_) one->polls.tick();
}

void RedirectLogins::check() {
  for (const auto& one : all_) one->polls.check();
}

void RedirectLogins::drain() {
  for (const auto& one : all_) one->polls.drain();
}

}  // namespace scanlogin
