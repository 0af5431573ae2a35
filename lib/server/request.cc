#include "server/request.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/text.h"
#include "base/url.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestId = 64;

bool usable_as_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-';
  });
}

// HTTP_ and the name in capitals with '_' (RFC 3875 section 4.1.18).
std::string parameter_of_header(std::string_view name) {
  std::string parameter = "HTTP_";
  for (const char c : name) {
    parameter += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
  }
  return parameter;
}

}  // namespace

Request::Request(std::vector<Parameter> parameters, std::string body)
    : parameters_(std::move(parameters)), body_(std::move(body)) {
  const std::string_view given = parameter("REQUEST_ID");
  id_ = usable_as_id(given) ? std::string(given) : random_hex(16);
}

std::string_view Request::parameter(std::string_view name) const {
  for (const Parameter& parameter : parameters_) {
    if (parameter.first == name) return parameter.second;
  }
  return {};
}

bool Request::has_parameter(std::string_view name) const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [name](const Parameter& parameter) { return parameter.first == name; });
}

std::string Request::header(std::string_view name) const {
  const std::string wanted = parameter_of_header(name);
  const std::string_view separator = wanted == "HTTP_COOKIE" ? "; " : ", ";
  std::string value;
  bool found = false;
  for (const Parameter& parameter : parameters_) {
    if (parameter.first != wanted) continue;
    if (found) value += separator;
    value += parameter.second;
    found = true;
  }
  return value;
}

std::optional<std::string> Request::query(std::string_view name) const {
  for (Parameter& pair : query_pairs()) {
    if (pair.first == name && !pair.second.empty()) return std::move(pair.second);
  }
  return std::nullopt;
}

std::vector<Parameter> Request::query_pairs() const {
  std::vector<Parameter> pairs;
  std::string_view rest = parameter("QUERY_STRING");
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    pairs.emplace_back(form_decode(pair.substr(0, equals)), form_decode(pair.substr(equals + 1)));
  }
  return pairs;
}

}  // namespace scanlogin
