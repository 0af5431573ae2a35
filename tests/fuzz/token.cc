// A login token, as whoever sends a request may have made it. The first byte says how the rest is
// read:
//   0  the token as it stands
//   1  its header, a line; then its payload: base64url is added here, and the signature of each key
//      that the header may mean
//   2  the values of the headers IDTOKEN, a line each
//   3  bytes, and a text, for base64url

#include <algorithm>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/jwt.h"
#include "domain/sessions/auth.h"
#include "fuzz/fuzz.h"
#include "server/request.h"
#include "unit/test_keys.h"

namespace scanlogin {
namespace {

using fuzz::check;

constexpr std::size_t kLongestToken = 8192;
constexpr jwt::Time kNow{std::chrono::seconds(1700000000)};

const std::vector<std::string> kSecrets = {"a key of 32 bytes for these tests",
                                           "an older key, of 32 bytes as well"};

// Of each kind of key one: Ed25519 signs, and RSA verifies.
const Config& config() {
  static const Config the_one = [] {
    using namespace test_keys;
    Config made;
    made.keys = KeyRing(kSecrets, private_key(kEd25519), public_keys(kRsaPublic));
    return made;
  }();
  return the_one;
}
const KeyRing& keys() { return config().keys; }
// The same ring when RSA still signed.
const KeyRing& former_keys() {
  static const KeyRing all(kSecrets, test_keys::private_key(test_keys::kRsa));
  return all;
}

// The tokens that any of the keys makes of a text, as its header has it.
std::vector<std::string> signed_tokens(std::string_view text) {
  std::vector<std::string> tokens = jwt::with_signatures(text, keys());
  for (std::string& token : jwt::with_signatures(text, former_keys())) {
    tokens.push_back(std::move(token));
  }
  return tokens;
}

bool is_good(std::string_view token) {
  return std::holds_alternative<jwt::Claims>(jwt::verify(token, keys(), kNow));
}

// What else is true of a token that verifies.
void check_good(std::string_view token, const jwt::Claims& claims) {
  check(claims.id >= 1, "an id is 1 or more");
  check(claims.exp >= kNow, "a good token is in date");  // a fraction of a second counts
  check(utf8_valid(claims.username), "a username is UTF-8");
  check(token.size() <= kLongestToken, "a good token has at most 8,192 bytes");
  const std::string_view text = jwt::without_signature(token);
  const std::vector<std::string> all = signed_tokens(text);
  check(std::find(all.begin(), all.end(), token) != all.end(),
        "one of the keys signed the token, and it has one spelling");
  const Json header =
      Json::parse(base64url_decode(text.substr(0, text.find('.'))).value_or("")).value();
  check(keys().has(header.string("alg").value_or("")), "a key has the algorithm");
  check(!header.has("crit"), "nothing is critical that is not known");

  for (const KeyRing* ring : {&keys(), &former_keys()}) {
    const std::string again = jwt::sign(claims, *ring);
    const auto verified = jwt::verify(again, keys(), kNow - std::chrono::seconds(1));
    const auto* same = std::get_if<jwt::Claims>(&verified);
    check(same != nullptr && same->id == claims.id && same->username == claims.username &&
              same->exp == claims.exp,
          "what is signed verifies as the same");
  }
}

void verify_raw(std::string_view token) {
  const auto verified = jwt::verify(token, keys(), kNow);
  if (const auto* claims = std::get_if<jwt::Claims>(&verified)) check_good(token, *claims);
}

void verify_signed(std::string_view header, std::string_view payload) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  const std::vector<std::string> tokens = signed_tokens(text);
  for (const std::string& token : tokens) {
    verify_raw(token);
    check(is_good(token) == is_good(tokens.front()), "any of the keys verifies");
    check(!is_good(base64url_encode("{\"alg\":\"none\"}") + token.substr(token.find('.'))),
          "a signature is over the header too");
  }
  check(!is_good(text) && !is_good(text + "."), "a token without its signature is not good");
  for (const std::string& no_secret :
       {std::string("a key that is nobody's, of 32 bytes"), test_keys::kRsaPublic,
        test_keys::kEd25519Public, keys().jwks().text()}) {
    check(!is_good(text + "." + base64url_encode(hmac_sha256(no_secret, text))),
          "what is no secret makes no good signature");
  }
}

// Nothing of it is asked of a backend: the two halves of authenticating are apart.
const Authenticator& authenticator() {
  static mysql::Client mysql(MysqlConfig(), 1, Log("fuzz"));
  static redis::Client redis(RedisConfig(), 1, Log("fuzz"));
  static const Authenticator the_one(config(), mysql, redis);
  return the_one;
}

void verify_header(fuzz::Input input) {
  std::vector<Parameter> parameters;
  while (!input.empty()) parameters.emplace_back("HTTP_IDTOKEN", input.line());
  const std::size_t sent = parameters.size();
  const std::string token = Request(std::move(parameters), "").header("IdToken");
  const auto verified = authenticator().verify(token);
  const auto* claims = std::get_if<jwt::Claims>(&verified);
  if (claims == nullptr) {
    check(std::get<Denial>(verified) != Denial::disabled, "only MySQL knows who is banned");
    return;
  }
  check(sent == 1, "a token sent twice is none");
  check_good(token, *claims);
}

void code(std::string_view bytes) {
  check(base64url_decode(base64url_encode(bytes)) == bytes, "what is encoded can be decoded");
  const std::optional<std::string> decoded = base64url_decode(bytes);
  if (decoded) check(base64url_encode(*decoded) == bytes, "base64url has one spelling");
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::fuzz::Input input(data, size);
  switch (input.choice(4)) {
    case 0:
      scanlogin::verify_raw(input.rest());
      break;
    case 1: {
      const std::string_view header = input.line();
      scanlogin::verify_signed(header, input.rest());
      break;
    }
    case 2:
      scanlogin::verify_header(input);
      break;
    default:
      scanlogin::code(input.rest());
  }
  return 0;
}
