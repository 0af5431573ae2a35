// A reply of a provider that a file describes. The first byte says which call it answers: 0 and 1
// the token's, 2 and 3 the person's, odd ones of a provider that may answer as a script; the second
// its status; 4 in the first: the rest is a grant that was kept.

#include <array>

#include "base/error.h"
#include "base/utf8.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/oauth_replies.h"
#include "fuzz/fuzz.h"

namespace scanlogin::oauth {
namespace {

using fuzz::check;

constexpr std::string_view kDescription = R"({
  "label": {"en": "Fuzz", "zh": "模糊"},
  "authorize": {
    "url": "https://a/",
    "parameters": {"c": "{client_id}", "r": "{redirect_uri}", "s": "{state}"}
  },
  "token": {
    "name": "token", "method": "GET", "url": "https://a/", "send": "query",
    "parameters": {"code": "{code}"},
    "find": {"access_token": "/access_token", "id": "/uid", "name": "/n"}
  },
  "person": [{
    "name": "user", "method": "GET", "url": "https://a/", "send": "query",
    "parameters": {"t": "{access_token}"},
    "find": {"id": ["/data/0/id", "/id"], "union": "/union", "name": ["/name", "/login"],
             "picture": "/picture", "gender": "/gender", "client_id": "/client_id"}
  }],
  "numbers": "id",
  "genders": {"m": "男", "1": "女"},
  "errors": {"code": ["/error_code", "/error"], "message": ["/msg"], "success": [0, "ok"],
             "operator": [21322], "passes": ["busy"]}
})";

const Description& description(bool script) {
  static const auto read = [](bool jsonp) {
    Description made = std::get<Description>(parse_description("fuzz", kDescription));
    made.jsonp = jsonp;
    return made;
  };
  static const Description plain = read(false);
  static const Description wrapped = read(true);
  return script ? wrapped : plain;
}

bool is_identifier(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_id(std::string_view text) {
  return text.size() <= 20 && fuzz::only_of(text, "0123456789") && !text.starts_with('0') &&
         !text.empty();
}

void check_values(const Description& provider, const Values& values) {
  check(is_identifier(values.at("access_token"), 8192), "an access token is visible ASCII");
  check(is_id(values.at("id")), "an id is a number above 0, in one spelling");
  check(values.at("client_id") == "the-client", "a reply is about this site");
  const Person person = person_of(provider, values);
  check(person.identities.back().id == values.at("id"), "the person has the id");
  if (person.identities.size() == 2) {
    check(is_identifier(person.identities.front().id, 200), "a union id fits its column");
  }
  check(fuzz::is_plain(person.nickname), "a nickname is plain text");
  const std::string& url = person.avatar_url;
  check(url.empty() || url.starts_with("https://") || url.starts_with("http://"),
        "only a web address is a picture");
  check(fuzz::is_plain(url) && url.find_first_of(" \"'<>\\`") == std::string::npos,
        "a picture's address can be quoted");
  const std::optional<Values> kept = values_in(provider, to_grant(provider, values));
  check(kept && kept->at("access_token") == values.at("access_token") &&
            kept->at("id") == values.at("id"),
        "a grant survives being kept as text");
}

void check_refusal(const Refusal& refusal) {
  check(refusal.code != decltype(refusal.code)(std::int64_t{0}) &&
            refusal.code != decltype(refusal.code)("ok"),
        "a success is no refusal");
  const auto* text = std::get_if<std::string>(&refusal.code);
  check(text == nullptr || is_identifier(*text, 64), "a code is short and visible");
  check(fuzz::is_plain(refusal.msg) && refusal.msg.size() <= 2000, "a message is plain and short");
  const LoginOutcome kept = parse_outcome(to_text(LoginOutcome(refusal)), {}).value();
  const auto* same = std::get_if<Refusal>(&kept);
  check(same != nullptr && same->code == refusal.code && same->msg == refusal.msg,
        "a refusal survives being kept as text");
}

// Whether the body can be read as a reply.
bool read(const Description& provider, bool token, long status, std::string_view body) {
  const Values known = token ? Values{{"client_id", "the-client"}}
                             : Values{{"client_id", "the-client"}, {"access_token", "AT"}};
  const Call& call = token ? provider.token : provider.person.front();
  try {
    const auto reply = read_reply(provider, call, {status, std::string(body)}, known);
    if (const auto* refusal = std::get_if<Refusal>(&reply)) {
      check_refusal(*refusal);
    } else {
      check_values(provider, std::get<Values>(reply));
    }
    return true;
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is the provider's fault");
    check(fuzz::is_plain(error.what()) && std::string_view(error.what()).size() < 200,
          "an error can be logged");
    return false;
  }
}

void read_grant(std::string_view text) {
  const std::optional<Values> values = values_in(description(false), {std::string(text)});
  if (!values) return;
  check(is_identifier(values->at("access_token"), 8192) && is_id(values->at("id")),
        "a kept grant can be sent on");
}

}  // namespace
}  // namespace scanlogin::oauth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin;
  constexpr std::array<long, 8> kStatus = {200, 201, 302, 400, 401, 429, 500, 0};
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(5);
  if (kind == 4) {
    oauth::read_grant(input.rest());
    return 0;
  }
  const long status = kStatus.at(input.choice(kStatus.size()));
  const oauth::Description& provider = oauth::description(kind % 2 == 1);
  const bool good = oauth::read(provider, kind < 2, status, input.rest());
  fuzz::check(good == oauth::read(provider, kind < 2, status, utf8_scrub(input.rest())),
              "bytes that are not UTF-8 are replaced");
  return 0;
}
