// GET /api/user/jwks.json — the public keys that verify this site's tokens (RFC 7517 section 5).
//
// Input: none.
// 200 {"keys":[…]}: the key that signs new tokens first, then those of VERIFY_KEY_FILES; none
//     without SIGNING_KEY_FILE and VERIFY_KEY_FILES. May be cached for five minutes.
// Changes nothing, asks nobody.

#include "api/endpoint.h"

using namespace scanlogin;

struct Jwks {
  explicit Jwks(const App& app) : text(app.config.keys.jwks().text()) {}

  const std::string text;
};

// application/jwk-set+json is registered for it (RFC 7517 section 8.5.1), but application/json is
// what most sites send and every client takes.
static Answer answer(Jwks& jwks, const Request&) {
  return json_response(200, jwks.text, "max-age=300");
}

int main(int argc, char** argv) {
  return serve<Jwks>({argc, argv}, {.name = "jwks", .asks_redis = false, .asks_mysql = false},
                     {{"GET", "", answer}});
}
