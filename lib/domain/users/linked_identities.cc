#include "domain/users/linked_identities.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/timestamp.h"
#include "domain/providers/identity_types.h"

namespace scanlogin {

Json to_json(const LinkedIdentity& linked) {
  return Json::object()
      .with("id", linked.id)
      .with("oauth_type", linked.identity.type)
      .with("provider", provider_of(linked.identity.type))
      .with("created_time", json_time(linked.created_time))
      .with("last_mod_time", json_time(linked.last_mod_time));
}

std::vector<LinkedIdentity> unlinked_with(std::int64_t id, const std::vector<LinkedIdentity>& all) {
  const auto wanted = std::find_if(all.begin(), all.end(),
                                   [id](const LinkedIdentity& one) { return one.id == id; });
  if (wanted == all.end()) return {};
  const std::string_view united = union_type_of(wanted->identity.type);
  std::vector<LinkedIdentity> together;
  std::copy_if(
      all.begin(), all.end(), std::back_inserter(together),
      [united](const LinkedIdentity& one) { return union_type_of(one.identity.type) == united; });
  const auto are_over =
      std::count_if(together.begin(), together.end(),
                    [united](const LinkedIdentity& one) { return one.identity.type == united; });
  // Without one over the others, or without others, each stands for itself.
  const bool has_both = are_over > 0 && are_over < std::ssize(together);
  return has_both ? together : std::vector<LinkedIdentity>{*wanted};
}

bool can_log_in_without(const std::vector<LinkedIdentity>& unlinked,
                        const std::vector<LinkedIdentity>& all,
                        const std::vector<std::string>& providers) {
  return std::any_of(all.begin(), all.end(), [&](const LinkedIdentity& one) {
    const bool stays =
        std::none_of(unlinked.begin(), unlinked.end(),
                     [&](const LinkedIdentity& other) { return other.id == one.id; });
    return stays && can_log_in(one.identity.type, providers);
  });
}

}  // namespace scanlogin
