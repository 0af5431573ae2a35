#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace scanlogin {

// The keys of one provider's logins in Redis. No uuid has a ':' or a brace in it.
//
// A cluster keeps keys together that share a hash tag, what is between braces
// (redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec, "Hash tags"): there the uuid
// stands in braces in each. Elsewhere it does not, which are the names of the Django module and of
// all versions of this: different ones serve one login together.
class LoginKeys {
 public:
  // How long a code is kept: the longest life that a provider gives one. As long a login may take
  // to get to one.
  static constexpr std::chrono::seconds kCodeLife{600};
  // How long a browser may ask again for the outcome of its login.
  static constexpr std::chrono::seconds kOutcomeLife{60};

  // provider: its name. The one of WeChat's website login are the Django module's.
  LoginKeys(std::string_view provider, bool in_cluster)
      : in_cluster_(in_cluster),
        family_(provider == "wx" ? "Weixin" : "OAuth"),
        of_(provider == "wx" ? ":" : ":" + std::string(provider) + ":"),
        watched_(family_ + "CodeMap" + of_) {}

  // Those that can answer a poll begin with this: domain/login/scan_watch.h watches it.
  const std::string& watched() const noexcept { return watched_; }

  // The code.
  std::string code(std::string_view uuid) const { return watched_ + tagged(uuid); }
  // The uuid of a key that begins with watched().
  std::string_view uuid_of(std::string_view watched_key) const {
    watched_key.remove_prefix(watched_.size());
    const std::string_view uuid = watched_key.substr(0, watched_key.find(':'));
    return in_cluster_ && uuid.size() > 2 ? uuid.substr(1, uuid.size() - 2) : uuid;
  }
  // Of a bound login that has come to its end: the code, a line end, and the outcome.
  std::string outcome(std::string_view uuid) const { return code(uuid) + ":outcome"; }
  // Who is exchanging the code.
  std::string claim(std::string_view uuid) const { return key("Claim", uuid); }
  // The code, a line end, and what it was exchanged for.
  std::string grant(std::string_view uuid) const { return key("Grant", uuid); }
  // The hash of the browser's secret that a login is bound to.
  std::string browser(std::string_view uuid) const { return key("Login", uuid); }
  // What a login by a redirect was begun with (LoginStore::begin).
  std::string start(std::string_view uuid) const { return key("Start", uuid); }
  // The id of the user to whom a login adds an identity.
  std::string link(std::string_view uuid) const { return key("Link", uuid); }

 private:
  std::string key(std::string_view what, std::string_view uuid) const {
    return family_ + std::string(what) + of_ + tagged(uuid);
  }
  std::string tagged(std::string_view uuid) const {
    return in_cluster_ ? "{" + std::string(uuid) + "}" : std::string(uuid);
  }

  const bool in_cluster_;
  const std::string family_;
  const std::string of_;
  const std::string watched_;
};

}  // namespace scanlogin
