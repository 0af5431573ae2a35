// What a provider that speaks OpenID Connect replies. The first byte says to what:
//   0, 1  an exchange, with status 200, 400
//   2     userinfo about "me"
//   3     none: a grant as it was kept

#include "base/error.h"
#include "domain/providers/id_token.h"
#include "domain/providers/oidc_replies.h"
#include "fuzz/fuzz.h"

namespace scanlogin::oidc {
namespace {

using fuzz::check;

constexpr std::string_view kIssuer = "https://op.example.com";

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_reply(const TokenReply& tokens) {
  check(!tokens.access_token.empty() && tokens.access_token.size() <= 8192 &&
            is_visible(tokens.access_token),
        "an access token fits a header");
  check(!tokens.id_token.empty(), "there is an id_token");
}

void check_reply(const Profile& profile) {
  check(fuzz::is_plain(profile.nickname), "a nickname is plain text");
  const std::string& url = profile.avatar_url;
  check(url.empty() || ((url.starts_with("https://") || url.starts_with("http://")) &&
                        fuzz::is_plain(url) && url.find_first_of(" \"'<>\\`") == std::string::npos),
        "only a web address is a picture");
}

void check_reply(const Refusal& refusal) {
  const auto* code = std::get_if<std::string>(&refusal.code);
  check(code != nullptr && !code->empty() && is_visible(*code), "a refusal has a name");
  check(fuzz::is_plain(refusal.msg), "a refusal's text is plain");
  check(!refusal.passes, "a code may be spent");
}

template <class Parse>
void read(const Parse& parse) {
  try {
    std::visit([](const auto& reply) { check_reply(reply); }, parse());
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is the provider's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
  }
}

void read_kept(std::string_view text) {
  const std::optional<KeptGrant> grant = parse_kept_grant(text, kIssuer);
  if (!grant) return;
  check(grant->issuer == kIssuer && is_subject(grant->subject), "a grant is somebody's");
  check(is_visible(grant->access_token), "an access token fits a header");
  check_reply(grant->profile);
  const std::string again = to_text(*grant);
  check(to_text(parse_kept_grant(again, kIssuer).value()) == again, "a grant survives being kept");
}

}  // namespace
}  // namespace scanlogin::oidc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin::oidc;
  scanlogin::fuzz::Input input(data, size);
  const unsigned choice = input.choice(4);
  const std::string body(input.rest());
  if (choice < 2) {
    read([&] { return parse_token_reply({choice == 0 ? 200 : 400, body}); });
  } else if (choice == 2) {
    read([&] { return parse_userinfo({200, body}, "me"); });
  } else {
    read_kept(body);
  }
  return 0;
}
