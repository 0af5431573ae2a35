#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "clients/http_client.h"
#include "domain/providers/placeholders.h"
#include "domain/providers/provider.h"
#include "domain/providers/provider_file.h"

namespace scanlogin::oauth {

// The types of a provider's identities: NAME, and, where the provider has a union id, that one's is
// NAME and the id's is NAME_openid. So the stronger id always has the plain name.
std::string identity_type(const Description& description);
std::string union_type(const Description& description);  // empty: it has none

// What a call's reply holds: `known` and the values it finds, or the provider's refusal. The
// refusal has the provider's own code, a whole number as a number however it is written, and its
// message without control characters, at most 500 characters. `passes` is as the description says.
// The views of a refusal live as long as the description.
//
// Whatever Content-Type says, the reply is JSON. A code that is null or empty is none. Throws
// Error(upstream) for what the description does not allow: no object; a code that is no code; a
// value that is missing, of another type, malformed or another one than in `known`; a status other
// than 2xx without a code; a status 429 or 5xx with a code that the description does not name.
std::variant<Values, Refusal> read_reply(const Description& description, const Call& call,
                                         const HttpResponse& response, Values known);

// Whom the values found by all calls are about. They have to hold an id.
Person person_of(const Description& description, const Values& values);

// What the token call found, as text; and back, nothing if the text is not such a grant of this
// provider's.
Grant to_grant(const Description& description, const Values& values);
std::optional<Values> values_in(const Description& description, const Grant& grant);

}  // namespace scanlogin::oauth
