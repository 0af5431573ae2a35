#include "domain/providers/jsonp.h"

namespace scanlogin::oauth {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kCall = "callback";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::string_view argument(std::string_view reply) {
  std::string_view text = trimmed(reply);
  if (!text.starts_with(kCall)) return reply;
  text = trimmed(text.substr(kCall.size()));
  if (text.ends_with(';')) text = trimmed(text.substr(0, text.size() - 1));
  if (!text.starts_with('(') || !text.ends_with(')') || text.size() < 2) return reply;
  return text.substr(1, text.size() - 2);
}

// Whether what comes next, but for white space, closes an object or an array.
bool closes(std::string_view text) {
  const std::size_t next = text.find_first_not_of(kSpace);
  return next != std::string_view::npos && (text[next] == '}' || text[next] == ']');
}

}  // namespace

std::string unwrapped(std::string_view reply) {
  const std::string_view text = argument(reply);
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && i + 1 < text.size()) {  // a quote behind it ends nothing
      out += c;
      out += text[++i];
    } else if (quoted || c != ',' || !closes(text.substr(i + 1))) {
      out += c;
    }
  }
  return out;
}

}  // namespace scanlogin::oauth
