#include "wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/crypto.h"
#include "outcome.h"

namespace scanlogin::sandbox {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 20> kErrmsg = {{
    {-1, "system error"},
    {0, "ok"},
    {40001, "invalid credential"},
    {40002, "invalid grant_type"},
    {40003, "invalid openid"},
    {40013, "invalid appid"},
    {40014, "invalid access_token"},
    {40029, "invalid code"},
    {40125, "invalid appsecret, view more at http://t.cn/RAEkdVq"},
    {40163, "code been used"},
    {40226, "code blocked"},
    {41001, "access_token missing"},
    {41002, "appid missing"},
    {41004, "appsecret missing"},
    {41008, "missing code"},
    {41009, "missing openid"},
    {42001, "access_token expired"},
    {45009, "reach max api daily quota limit"},
    {45011, "api minute-quota reach limit, must slower, retry next minute"},
    {48001, "api unauthorized"},
}};

}  // namespace

WireObject& WireObject::text(std::string_view name, std::string_view value) {
  return raw(name, wire_string(value));
}

WireObject& WireObject::number(std::string_view name, int value) {
  return raw(name, std::to_string(value));
}

WireObject& WireObject::raw(std::string_view name, std::string_view json) {
  if (name == missing_) return *this;
  if (!members_.empty()) members_ += ',';
  members_ += wire_string(name);
  members_ += ':';
  members_ += json;
  return *this;
}

std::string wire_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\' || c == '/') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string_view errmsg_of(int errcode) {
  const auto* found = std::find_if(kErrmsg.begin(), kErrmsg.end(),
                                   [errcode](const auto& known) { return known.first == errcode; });
  return found == kErrmsg.end() ? "unknown error" : found->second;
}

std::string with_hints(std::string_view errmsg) {
  return std::string(errmsg) + ", hints: [ req_id: " + random_hex(7) + " ]";
}

std::string with_rid(std::string_view errmsg) {
  return std::string(errmsg) + ", rid: " + random_hex(4) + "-" + random_hex(4) + "-" +
         random_hex(4);
}

Response wire_response(std::string body) {
  return typed_response(200, "text/plain", std::move(body));
}

}  // namespace scanlogin::sandbox
