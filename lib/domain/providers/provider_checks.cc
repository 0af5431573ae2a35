#include "domain/providers/provider_checks.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "domain/providers/placeholders.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oauth {
namespace {

using Names = std::set<std::string, std::less<>>;

class Checks {
 public:
  Checks(Description& description, std::vector<std::string>& faults)
      : description_(description), faults_(faults) {}

  void run() {
    check_authorize();
    check_call("token", description_.token,
               {"client_id", "client_secret", "code", "redirect_uri", "code_verifier"});
    need("token.parameters", "code", names_in(description_.token));
    check_pkce();
    Names known = found_by(description_.token);
    for (std::size_t i = 0; i < description_.person.size(); ++i) {
      Call& call = description_.person[i];
      Names given = known;
      given.insert({"client_id", "client_secret"});
      check_call("person[" + std::to_string(i) + "]", call, given);
      known.merge(found_by(call));
    }
    check_found(known);
    for_each_call([this](Call& call) { mark_required(call); });
  }

 private:
  template <class Visit>
  void for_each_call(const Visit& visit) {
    visit(description_.token);
    for (Call& call : description_.person) visit(call);
  }

  void fault(const std::string& path, const std::string& problem) {
    faults_.push_back(path + " " + problem);
  }

  static Names names_in(const Texts& texts) {
    Names all;
    for (const auto& [name, text] : texts) {
      const std::vector<std::string> named = placeholders(text).value();
      all.insert(named.begin(), named.end());
    }
    return all;
  }
  static Names names_in(const Call& call) {
    Names all = names_in(call.parameters);
    all.merge(names_in(call.headers));
    return all;
  }
  // Only what is not shown can be sent on: it is checked.
  static Names found_by(const Call& call) {
    Names all;
    for (const Finding& finding : call.finds) {
      if (!is_shown(finding.name)) all.insert(finding.name);
    }
    return all;
  }

  void check_given(const std::string& path, const Names& named, const Names& given) {
    for (const std::string& name : named) {
      if (!given.contains(name)) fault(path, "names {" + name + "}, which has no value there");
    }
  }
  void need(const std::string& path, const std::string& name, const Names& named) {
    if (!named.contains(name)) fault(path, "must send {" + name + "}");
  }

  void check_authorize() {
    const std::string path = "authorize.parameters";
    const Names named = names_in(description_.authorize.parameters);
    check_given(path, named, {"client_id", "redirect_uri", "state", "code_challenge"});
    for (const char* name : {"client_id", "redirect_uri", "state"}) need(path, name, named);
  }

  // Without the method a challenge would be plain (RFC 7636 section 4.3).
  void check_pkce() {
    const Texts& parameters = description_.authorize.parameters;
    const bool challenge = names_in(parameters).contains("code_challenge");
    const bool verifier = names_in(description_.token).contains("code_verifier");
    if (challenge != verifier) {
      fault("token.parameters",
            "must send {code_verifier} if authorize sends {code_challenge}, "
            "and only then");
    }
    const bool method = std::any_of(parameters.begin(), parameters.end(), [](const auto& one) {
      return one.first == "code_challenge_method" && one.second == "S256";
    });
    if (challenge && !method) {
      fault("authorize.parameters", "must have code_challenge_method S256 beside {code_challenge}");
    }
  }

  void check_call(const std::string& path, const Call& call, const Names& given) {
    if (!is_identifier(call.name, 32))
      fault(path + ".name", "must be of 32 visible ASCII characters at the most");
    if (call.method == HttpMethod::get && call.send != Send::query) {
      fault(path + ".send", "must be query, since the method is GET");
    }
    check_given(path + ".parameters", names_in(call.parameters), given);
    check_given(path + ".headers", names_in(call.headers), given);
    for (const Finding& finding : call.finds)
      check_finding(path + ".find." + finding.name, finding);
  }

  void check_finding(const std::string& path, const Finding& finding) {
    const Names ours = {"client_secret", "code",           "redirect_uri",
                        "state",         "code_challenge", "code_verifier"};
    if (ours.contains(finding.name)) {
      fault(path, "has the name of a value that is not the provider's");
      return;
    }
    const Names useful = {"access_token", "client_id", "id", "union"};
    if (!is_shown(finding.name) && !useful.contains(finding.name) && !is_sent(finding.name)) {
      fault(path, "is not used anywhere");
    }
  }

  bool is_sent(const std::string& name) const {
    return std::any_of(description_.person.begin(), description_.person.end(),
                       [&](const Call& call) { return names_in(call).contains(name); });
  }

  bool finds(const std::string& name) {
    bool found = false;
    for_each_call([&](const Call& call) {
      found = found || std::any_of(call.finds.begin(), call.finds.end(),
                                   [&](const Finding& finding) { return finding.name == name; });
    });
    return found;
  }

  void check_found(const Names& known) {
    if (!found_by(description_.token).contains("access_token")) {
      fault("token.find", "must have access_token");
    }
    if (!known.contains("id")) fault("the file", "finds no id: it must be in the find of a call");
    for (const std::string& name : description_.numbers) {
      if (!known.contains(name) || name == "access_token" || name == "client_id") {
        fault("numbers", "has " + std::string(is_value_name(name) ? name : "a name") +
                             ", which is no value found that can be a number");
      }
    }
    if (finds("gender") == description_.genders.empty()) {
      fault("genders", "must be there if a call finds gender, and only then");
    }
  }

  void mark_required(Call& call) {
    for (Finding& finding : call.finds) {
      const bool needed = finding.name == "id" || finding.name == "access_token";
      finding.required = needed || is_sent(finding.name);
      finding.number = description_.numbers.contains(finding.name);
    }
  }

  Description& description_;
  std::vector<std::string>& faults_;
};

}  // namespace

void check_together(Description& description, std::vector<std::string>& faults) {
  Checks(description, faults).run();
}

}  // namespace scanlogin::oauth
