// The description of a provider, as a site's operator may write it.

#include "domain/providers/provider_file.h"

#include "base/json.h"
#include "domain/providers/oauth_replies.h"
#include "domain/providers/oauth_requests.h"
#include "fuzz/fuzz.h"

namespace scanlogin::oauth {
namespace {

using fuzz::check;

const Redirection kRedirection = {.state = "state-of-the-login",
                                  .redirect_uri = "https://site.example/callback/",
                                  .code_verifier = std::string(43, 'v'),
                                  .nonce = "nonce"};

bool is_safe(std::string_view url) {
  const bool loopback = url.starts_with("http://localhost") || url.starts_with("http://127.") ||
                        url.starts_with("http://[::1]");
  return (url.starts_with("https://") || loopback) && fuzz::is_plain(url) &&
         url.find_first_of(" ?#@\"'<>\\{}") == std::string_view::npos;
}

// Whatever a call may name.
Values everything(const Description& description) {
  Values values = {{"client_id", "I"},
                   {"client_secret", "S"},
                   {"code", "the-code"},
                   {"redirect_uri", "R"},
                   {"code_verifier", "V"}};
  for (const Finding& finding : description.token.finds) values.emplace(finding.name, "7");
  for (const Call& call : description.person) {
    for (const Finding& finding : call.finds) values.emplace(finding.name, "7");
  }
  return values;
}

void check_request(const Call& call, const Values& values) {
  const HttpRequest request = make_request(call, values);
  check(is_safe(call.url), "secrets are sent to safe URLs alone");
  check(!fuzz::has_control(request.url), "a URL has no line end");
  for (const auto& [name, value] : request.headers) {
    check(!name.empty() && !fuzz::has_control(name + value), "a header is one line");
  }
  check(request.method == HttpMethod::post || request.body.empty(), "a GET has no body");
  if (call.send == Send::json) check(Json::parse(request.body).has_value(), "a body is JSON");
}

void check_description(const Description& description) {
  check(!description.label.empty() && !fuzz::has_control(description.label), "there is a label");
  check(description.longest_code > 0 && !description.code_parameters.empty(), "a code can come");
  const std::string url = authorize_url(description.authorize, "the-client", kRedirection);
  check(is_safe(description.authorize.url), "people are sent to safe URLs alone");
  check(!fuzz::has_control(url), "a URL has no line end");
  check(url.find(kRedirection.state) != std::string::npos, "the state goes along");
  check(url.find("the-client") != std::string::npos, "the client is named");
  const Values values = everything(description);
  check(values.contains("access_token") && values.contains("id"), "a login can come to its end");
  check_request(description.token, values);
  for (const Call& call : description.person) check_request(call, values);
  const Person person = person_of(description, values);
  check(!person.identities.empty() && person.identities.front().type.size() <= 32,
        "somebody has come, as a column can hold it");
}

void check_faults(const std::vector<std::string>& faults) {
  check(!faults.empty(), "what is refused has a fault");
  for (const std::string& fault : faults) {
    check(fuzz::is_plain(fault) && fault.size() < 1024, "a fault can be logged");
  }
}

void read(std::string_view text) {
  const auto parsed = parse_description("abcdefghijklmnopqrstuvwx", text);
  if (const auto* description = std::get_if<Description>(&parsed)) {
    check_description(*description);
  } else {
    check_faults(std::get<std::vector<std::string>>(parsed));
  }
}

}  // namespace
}  // namespace scanlogin::oauth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::oauth::read(scanlogin::fuzz::Input(data, size).rest());
  return 0;
}
