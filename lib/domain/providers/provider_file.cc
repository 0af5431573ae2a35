#include "domain/providers/provider_file.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "domain/providers/checked_json.h"
#include "domain/providers/placeholders.h"
#include "domain/providers/provider_checks.h"
#include "domain/providers/provider_text.h"
#include "domain/providers/provider_url.h"

namespace scanlogin::oauth {
namespace {

constexpr std::size_t kMostNames = 32;  // parameters, headers, values
constexpr std::size_t kMostCodes = 64;
constexpr std::size_t kMostCalls = 4;
constexpr std::size_t kLongestCode = 4096;
constexpr std::size_t kLargestFile = 64 * 1024;

using Codes = std::set<std::string, std::less<>>;

// What becomes one of few values, by the text for it.
template <class Value>
Value choice(const CheckedJson& json, const std::vector<std::pair<std::string, Value>>& choices) {
  const std::string text = json.text();
  std::string all;
  for (const auto& [name, value] : choices) {
    if (name == text) return value;
    all += (all.empty() ? "" : " or ") + name;
  }
  if (!text.empty()) json.fault("must be " + all);
  return choices.front().second;
}

std::string read_url(const CheckedJson& json) {
  std::string url = json.text();
  if (!url.empty() && !is_provider_url(url)) {
    json.fault("must be an https URL, or http on a loopback address, without query or fragment");
  }
  return url;
}

Texts read_parameters(const CheckedJson& json) {
  Texts all;
  for (const CheckedJson& member : json.members(kMostNames)) {
    if (!is_identifier(member.name(), 64) || member.name().empty()) {
      member.fault("has a name that no parameter has");
    }
    std::string text = member.text();
    if (!placeholders(text)) member.fault("has a brace that is no part of a {name}");
    all.emplace_back(member.name(), std::move(text));
  }
  return all;
}

Texts read_headers(const CheckedJson& json) {
  Texts all = read_parameters(json);
  for (const auto& [name, value] : all) {
    const bool fit = std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_letter_or_digit(c) || c == '-'; });
    if (!fit) json.fault("may only have names of letters, digits and -");
    const std::string lower = ascii_lower(name);
    if (lower == "host" || lower == "content-type" || lower == "content-length") {
      json.fault("must not have " + name + ", which follows from the rest");
    }
  }
  return all;
}

std::vector<std::string> read_pointers(const CheckedJson& json) {
  std::vector<std::string> all = json.texts();
  for (const std::string& pointer : all) {
    if (!pointer.empty() && !Json::is_pointer(pointer)) {
      json.fault("must be a JSON pointer, like /data/name");
    }
  }
  return all;
}

std::vector<Finding> read_findings(const CheckedJson& json) {
  std::vector<Finding> all;
  for (const CheckedJson& member : json.members(kMostNames)) {
    if (!is_value_name(member.name())) member.fault("has a name that is not of a-z, 0-9 and _");
    all.push_back({.name = member.name(), .pointers = read_pointers(member)});
  }
  return all;
}

Call read_call(const CheckedJson& json) {
  Call call;
  const auto read_method = [&](const CheckedJson& value) {
    call.method = choice<HttpMethod>(value, {{"GET", HttpMethod::get}, {"POST", HttpMethod::post}});
  };
  const auto read_send = [&](const CheckedJson& value) {
    call.send =
        choice<Send>(value, {{"query", Send::query}, {"form", Send::form}, {"json", Send::json}});
  };
  json.read({
      {"name", true, [&](const CheckedJson& value) { call.name = value.text(); }},
      {"method", true, read_method},
      {"url", true, [&](const CheckedJson& value) { call.url = read_url(value); }},
      {"send", true, read_send},
      {"parameters", true,
       [&](const CheckedJson& value) { call.parameters = read_parameters(value); }},
      {"headers", false, [&](const CheckedJson& value) { call.headers = read_headers(value); }},
      {"find", true, [&](const CheckedJson& value) { call.finds = read_findings(value); }},
  });
  return call;
}

Authorize read_authorize(const CheckedJson& json) {
  Authorize authorize;
  const auto read_fragment = [&](const CheckedJson& value) {
    authorize.fragment = value.text();
    if (!is_value_name(authorize.fragment)) value.fault("must be of a-z, 0-9 and _");
  };
  json.read({
      {"url", true, [&](const CheckedJson& value) { authorize.url = read_url(value); }},
      {"parameters", true,
       [&](const CheckedJson& value) { authorize.parameters = read_parameters(value); }},
      {"fragment", false, read_fragment},
  });
  return authorize;
}

Codes read_codes(const CheckedJson& json) {
  Codes all;
  for (const CheckedJson& code : json.elements(kMostCodes)) all.insert(code.text_or_number());
  return all;
}

Errors read_errors(const CheckedJson& json) {
  Errors errors;
  json.read({
      {"code", true, [&](const CheckedJson& value) { errors.code = read_pointers(value); }},
      {"message", false, [&](const CheckedJson& value) { errors.message = read_pointers(value); }},
      {"success", false, [&](const CheckedJson& value) { errors.success = read_codes(value); }},
      {"operator", false, [&](const CheckedJson& value) { errors.operators = read_codes(value); }},
      {"passes", false, [&](const CheckedJson& value) { errors.passes = read_codes(value); }},
  });
  return errors;
}

void read_label(const CheckedJson& json, Description& out) {
  json.read({
      {"en", true, [&](const CheckedJson& value) { out.label = value.text(); }},
      {"zh", true, [&](const CheckedJson& value) { out.label_zh = value.text(); }},
  });
}

std::map<std::string, std::string, std::less<>> read_genders(const CheckedJson& json) {
  std::map<std::string, std::string, std::less<>> genders;
  for (const CheckedJson& member : json.members(kMostNames)) {
    genders[member.name()] = choice<std::string>(member, {{"男", "男"}, {"女", "女"}});
  }
  return genders;
}

std::vector<std::string> read_code_parameters(const CheckedJson& json) {
  std::vector<std::string> names = json.texts();
  for (const std::string& name : names) {
    const bool fit = std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_letter_or_digit(c) || c == '_'; });
    if (!fit) json.fault("must be of letters, digits and _");
  }
  return names;
}

void read_file(const CheckedJson& file, Description& out) {
  const auto read_person = [&](const CheckedJson& value) {
    for (const CheckedJson& call : value.elements(kMostCalls))
      out.person.push_back(read_call(call));
  };
  const auto read_numbers = [&](const CheckedJson& value) {
    for (const std::string& name : value.texts()) out.numbers.insert(name);
  };
  file.read({
      {"about", false, [](const CheckedJson& value) { (void)value.text(); }},
      {"label", true, [&](const CheckedJson& value) { read_label(value, out); }},
      {"longest_code", false,
       [&](const CheckedJson& value) { out.longest_code = value.integer(1, kLongestCode); }},
      {"code_parameters", false,
       [&](const CheckedJson& value) { out.code_parameters = read_code_parameters(value); }},
      {"jsonp", false, [&](const CheckedJson& value) { out.jsonp = value.boolean(); }},
      {"authorize", true, [&](const CheckedJson& value) { out.authorize = read_authorize(value); }},
      {"token", true, [&](const CheckedJson& value) { out.token = read_call(value); }},
      {"person", false, read_person},
      {"numbers", false, read_numbers},
      {"genders", false, [&](const CheckedJson& value) { out.genders = read_genders(value); }},
      {"errors", true, [&](const CheckedJson& value) { out.errors = read_errors(value); }},
  });
}

}  // namespace

bool Description::has_union() const noexcept {
  const auto finds_union = [](const Call& call) {
    return std::any_of(call.finds.begin(), call.finds.end(),
                       [](const Finding& finding) { return finding.name == "union"; });
  };
  return finds_union(token) || std::any_of(person.begin(), person.end(), finds_union);
}

bool is_provider_name(std::string_view name) noexcept {
  constexpr std::size_t kLongestName = 24;  // with _openid behind it, it fits user_oauth.oauth_type
  return is_value_name(name) && name.size() <= kLongestName &&
         name.find('_') == std::string_view::npos && name != "wx" && name != "weixin" &&
         name != "mp" && name != "mini" && name != "wecom";
}

bool is_shown(std::string_view name) noexcept {
  return name == "name" || name == "picture" || name == "gender";
}

std::variant<Description, std::vector<std::string>> parse_description(const std::string& name,
                                                                      std::string_view text) {
  std::vector<std::string> faults;
  std::optional<Json> json;
  if (text.size() <= kLargestFile) json = Json::parse(text);
  if (!json) {
    return std::vector<std::string>{
        "the file must be JSON in UTF-8 (RFC 8259), no member twice, of 64 KiB at the most"};
  }
  Description description;
  description.name = name;
  read_file(CheckedJson(std::move(*json), faults), description);
  if (faults.empty()) check_together(description, faults);
  if (!faults.empty()) return faults;
  return description;
}

}  // namespace scanlogin::oauth
