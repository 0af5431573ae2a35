#include "base/request.h"

#include <algorithm>

#include "base/crypto.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestId = 64;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool usable_as_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return is_letter_or_digit(c) || c == '-';
  });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
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

std::string form_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 3);
  for (const char c : text) {
    if (is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace scanlogin
