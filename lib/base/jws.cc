#include "base/jws.h"

#include <utility>

#include "base/base64url.h"

namespace scanlogin::jws {

std::optional<Json> decode_object(std::string_view part) {
  const std::optional<std::string> text = base64url_decode(part);
  if (!text) return std::nullopt;
  std::optional<Json> json = Json::parse(*text);
  if (!json || !json->is_object()) return std::nullopt;
  return json;
}

std::optional<Parts> split(std::string_view text, std::size_t longest) {
  if (text.size() > longest) return std::nullopt;
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (first == last || text.find('.', first + 1) != last) return std::nullopt;
  std::optional<Json> header = decode_object(text.substr(0, first));
  std::optional<Json> payload = decode_object(text.substr(first + 1, last - first - 1));
  std::optional<std::string> signature = base64url_decode(text.substr(last + 1));
  if (!header || !payload || !signature) return std::nullopt;
  return Parts{text.substr(0, last), std::move(*header), std::move(*payload),
               std::move(*signature)};
}

KeyName key_named_in(const Json& header) {
  return {header.string("alg").value_or(""), header.string("kid")};
}

}  // namespace scanlogin::jws
