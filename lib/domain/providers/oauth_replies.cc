#include "domain/providers/oauth_replies.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "domain/providers/jsonp.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oauth {
namespace {

constexpr std::size_t kLongestValue = 8192;  // Feishu's tokens have up to 4 KB
constexpr std::size_t kLongestCode = 64;
constexpr std::size_t kLongestMessage = 500;  // characters
constexpr std::size_t kLongestNumber = 20;    // digits of 64 bits

// Whether a text can be the value that is found under this name.
bool is_value(const Finding& finding, const std::string& text) {
  const bool identity = finding.name == "id" || finding.name == "union";
  if (!is_identifier(text, identity ? kLongestIdentity : kLongestValue)) return false;
  // One spelling: an id must not name two people.
  return !finding.number || (!text.empty() && text.size() <= kLongestNumber && text[0] != '0' &&
                             text.find_first_not_of("0123456789") == std::string::npos);
}

class Reply {
 public:
  Reply(const Description& description, const Call& call, const HttpResponse& response)
      : description_(description),
        call_(call),
        status_(response.status),
        json_(parse(response.body)) {}

  std::optional<Refusal> refusal() const {
    const Errors& errors = description_.errors;
    const std::string code = error_code();
    if (code.empty() || errors.success.contains(code)) return std::nullopt;
    const bool operators = errors.operators.contains(code);
    const bool passes = errors.passes.contains(code);
    if ((status_ == 429 || status_ >= 500) && !operators && !passes) broken_status();
    Refusal refusal{.code = code,
                    .msg = message(),
                    .call = call_.name,
                    .operators_mistake = operators,
                    .passes = passes};
    if (const std::optional<std::int64_t> number = whole_number(code)) refusal.code = *number;
    return refusal;
  }

  Values with_found(Values known) const {
    if (!is_success()) broken_status();
    for (const Finding& finding : call_.finds) {
      std::string value = is_shown(finding.name) ? shown(finding) : identifier(finding);
      if (value.empty() && finding.required) broken("lacks " + finding.name);
      if (value.empty()) continue;
      const auto [there, added] = known.try_emplace(finding.name, value);
      if (added) continue;
      if (is_shown(finding.name)) {
        there->second = std::move(value);
      } else if (there->second != value) {
        broken("names another " + finding.name);
      }
    }
    return known;
  }

 private:
  [[noreturn]] void broken(const std::string& what) const {
    throw Error(ErrorKind::upstream, description_.label + "'s reply to " + call_.name + " " + what);
  }
  [[noreturn]] void broken_status() const { broken("has status " + std::to_string(status_)); }
  bool is_success() const { return status_ >= 200 && status_ < 300; }

  Json parse(std::string_view body) const {
    std::string text = readable(body);
    if (description_.jsonp) text = unwrapped(text);
    std::optional<Json> json = Json::parse(text);
    if (json && json->is_object()) return *std::move(json);
    if (!is_success()) broken_status();
    broken("is not a JSON object");
  }

  // The values that the pointers find, but for null, which is as good as nothing.
  std::vector<Json> found(const std::vector<std::string>& pointers) const {
    std::vector<Json> all;
    for (const std::string& pointer : pointers) {
      std::optional<Json> value = json_.at(pointer);
      if (value && !value->is_null()) all.push_back(*std::move(value));
    }
    return all;
  }

  // A whole number in its one spelling, so that the description's lists know it.
  std::string error_code() const {
    for (const Json& value : found(description_.errors.code)) {
      std::optional<std::string> code = value.string();
      if (!code) code = value.whole_number();
      if (!code || !is_identifier(*code, kLongestCode)) broken("has an unusable error code");
      const std::optional<std::int64_t> number = whole_number(*code);
      if (number) return std::to_string(*number);
      if (!code->empty()) return *std::move(code);
    }
    return "";
  }

  std::string message() const {
    for (const Json& value : found(description_.errors.message)) {
      const std::string text = without_control(value.string().value_or(""));
      if (!text.empty()) return std::string(utf8_cut(text, kLongestMessage));
    }
    return "";
  }

  std::string identifier(const Finding& finding) const {
    for (const Json& value : found(finding.pointers)) {
      std::optional<std::string> text = value.string();
      if (text && text->empty()) continue;
      if (!text && finding.number) text = value.whole_number();
      if (!text || !is_value(finding, *text)) broken("has an unusable " + finding.name);
      return *std::move(text);
    }
    return "";
  }

  // What is shown may be of any form: it is left out where it is of no use.
  std::string shown(const Finding& finding) const {
    for (const Json& value : found(finding.pointers)) {
      std::string text = value.string().value_or(value.whole_number().value_or(""));
      text = finding.name == "picture" ? picture_url(text) : without_control(std::move(text));
      if (!text.empty()) return text;
    }
    return "";
  }

  const Description& description_;
  const Call& call_;
  const long status_;
  const Json json_;
};

std::string value_of(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

}  // namespace

std::string identity_type(const Description& description) {
  return description.has_union() ? description.name + "_openid" : description.name;
}

std::string union_type(const Description& description) {
  return description.has_union() ? description.name : "";
}

std::variant<Values, Refusal> read_reply(const Description& description, const Call& call,
                                         const HttpResponse& response, Values known) {
  const Reply reply(description, call, response);
  if (std::optional<Refusal> refusal = reply.refusal()) return *std::move(refusal);
  return reply.with_found(std::move(known));
}

Person person_of(const Description& description, const Values& values) {
  Person person;
  const std::string union_id = value_of(values, "union");
  if (!union_id.empty()) person.identities.push_back({union_type(description), union_id});
  person.identities.push_back({identity_type(description), value_of(values, "id")});
  person.nickname = value_of(values, "name");
  person.avatar_url = value_of(values, "picture");
  person.told_profile = !person.nickname.empty() || !person.avatar_url.empty();
  const auto gender = description.genders.find(value_of(values, "gender"));
  if (gender != description.genders.end()) person.gender = gender->second;
  return person;
}

Grant to_grant(const Description& description, const Values& values) {
  Json found = Json::object();
  for (const Finding& finding : description.token.finds) {
    const std::string value = value_of(values, finding.name);
    if (!value.empty()) found = std::move(found).with(finding.name.c_str(), value);
  }
  return {
      Json::object().with("provider", description.name).with("values", std::move(found)).text()};
}

std::optional<Values> values_in(const Description& description, const Grant& grant) {
  const std::optional<Json> json = Json::parse(grant.text);
  if (!json || json->string("provider") != description.name) return std::nullopt;
  const std::optional<Json> found = json->at("/values");
  if (!found || !found->is_object()) return std::nullopt;
  Values values;
  for (const Finding& finding : description.token.finds) {
    const std::string value = found->string(finding.name.c_str()).value_or("");
    if (value.empty() && finding.required) return std::nullopt;
    if (!is_shown(finding.name) && !value.empty() && !is_value(finding, value)) return std::nullopt;
    if (!value.empty()) values.emplace(finding.name, value);
  }
  if (found->keys().size() != values.size()) return std::nullopt;
  return values;
}

}  // namespace scanlogin::oauth
