#include "server/page_faults.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "server/html.h"

namespace scanlogin {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 11> kForbidden = {"script", "base",   "form",  "iframe",
                                                         "frame",  "object", "embed", "applet",
                                                         "audio",  "video",  "portal"};
// A link that loads what only a picture's policy would allow.
constexpr std::array<std::string_view, 6> kForbiddenLinks = {
    "stylesheet", "preload", "modulepreload", "prefetch", "prerender", "manifest"};
constexpr std::array<std::string_view, 3> kHarmlessMeta = {"content-type", "content-language",
                                                           "x-ua-compatible"};
constexpr std::array<std::string_view, 4> kPictureAttributes = {"src", "srcset", "background",
                                                                "poster"};
constexpr std::array<std::string_view, 3> kPicturesByHref = {"image", "use", "feimage"};

constexpr std::string_view kSpace = " \t\n\f";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

class Faults {
 public:
  explicit Faults(std::string_view site_origin) : site_origin_(site_origin) {}

  void look_at(const HtmlTag& tag) {
    line_ = tag.line;
    if (is_one_of(tag.name, kForbidden)) add("<" + tag.name + ">");
    for (const HtmlAttribute& attribute : tag.attributes) look_at(tag, attribute);
    if (tag.name != "style") return;
    if (tag.foreign) {
      add("<style> inside of <svg> or <math>");
    } else {
      look_at_css(tag.text);
    }
  }

  void add(std::string what) {
    all_.push_back(std::move(what) + " in line " + std::to_string(line_));
  }
  std::vector<std::string> take() { return std::move(all_); }

 private:
  void look_at(const HtmlTag& tag, const HtmlAttribute& attribute) {
    const std::string& name = attribute.name;
    const std::string value = ascii_lower(trimmed(attribute.value));
    if (name == "style") add("a style attribute");
    if (name.size() > 2 && name.starts_with("on") &&
        std::all_of(name.begin(), name.end(), is_letter))
      add("the attribute " + name);
    if (tag.name == "link" && name == "rel") look_at_rel(tag, value);
    if (tag.name == "meta" && name == "http-equiv" && !is_one_of(value, kHarmlessMeta)) {
      add("<meta http-equiv>");
    }
    const bool href = name == "href" || name == "xlink:href";
    if (href && value.starts_with("javascript:")) add("a javascript: URL");
    if (!is_one_of(tag.name, kForbidden) &&
        (is_one_of(name, kPictureAttributes) || (href && is_one_of(tag.name, kPicturesByHref)))) {
      look_at_picture(tag, attribute);
    }
  }

  void look_at_rel(const HtmlTag& tag, std::string_view value) {
    for (const std::string_view rel : split(value, kSpace)) {
      if (is_one_of(rel, kForbiddenLinks)) add("<link rel=" + std::string(rel) + ">");
      if (!rel.ends_with("icon")) continue;
      for (const auto& [name, url] : tag.attributes) {
        if (name == "href" && is_elsewhere(url)) add("an icon of another site");
      }
    }
  }

  void look_at_picture(const HtmlTag& tag, const HtmlAttribute& attribute) {
    const bool several = attribute.name == "srcset";
    for (const std::string_view url :
         several ? split(attribute.value, " \t\n\f,") : std::vector{trimmed(attribute.value)}) {
      if (is_elsewhere(url)) return add("<" + tag.name + "> with a picture of another site");
    }
  }

  // Strings and comments left out (CSS Syntax Level 3).
  void look_at_css(const std::string& text) {
    const std::string css = ascii_lower(text);
    for (std::size_t at = 0; at < css.size();) {
      const std::string_view rest = std::string_view(css).substr(at);
      if (rest.starts_with("/*")) {
        at = std::min(css.find("*/", at + 2), css.size() - 2) + 2;
      } else if (rest.starts_with('"') || rest.starts_with('\'')) {
        at += quoted(rest).size() + 2;
      } else if (rest.starts_with("url(")) {
        at += look_at_url(std::string_view(text).substr(at + 4)) + 4;
      } else {
        for (const char* rule : {"@import", "@font-face"}) {
          if (rest.starts_with(rule)) add(std::string(rule) + " in the <style>");
        }
        ++at;
      }
    }
  }

  // Returns how much of the text the URL takes.
  std::size_t look_at_url(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
    const std::string_view rest = text.substr(begin);
    const bool in_quotes = rest.starts_with('"') || rest.starts_with('\'');
    const std::string_view url = in_quotes ? quoted(rest) : rest.substr(0, rest.find(')'));
    if (is_elsewhere(trimmed(url))) add("url() of another site in the <style>");
    return begin + url.size() + (in_quotes ? 2 : 0);
  }

  // The content of the string that the text begins with, to its quote or the end of the line.
  static std::string_view quoted(std::string_view text) {
    std::size_t end = 1;
    while (end < text.size() && text[end] != text[0] && text[end] != '\n') {
      end += text[end] == '\\' ? 2 : 1;
    }
    return text.substr(1, std::min(end, text.size()) - 1);
  }

  // Whether a URL names a host that is not this site's (URL Standard, section 4.4).
  bool is_elsewhere(std::string_view url) const {
    url = trimmed(url);
    if (!site_origin_.empty() && url.starts_with(site_origin_) &&
        (url.size() == site_origin_.size() || url[site_origin_.size()] == '/')) {
      return false;
    }
    const auto slash = [](char c) { return c == '/' || c == '\\'; };
    if (url.size() >= 2 && slash(url[0]) && slash(url[1])) return true;
    const std::size_t end = url.find_first_of(":/?#\\");
    return end != std::string_view::npos && url[end] == ':' &&
           ascii_lower(url.substr(0, end)) != "data";
  }

  std::string site_origin_;
  std::size_t line_ = 1;
  std::vector<std::string> all_;
};

std::string not_utf8(std::string_view page) {
  if (page.starts_with("\xff\xfe") || page.starts_with("\xfe\xff")) {
    return "UTF-16 instead of UTF-8";
  }
  std::size_t line = 1;
  while (const std::size_t length = utf8_sequence(page)) {
    if (page[0] == '\n') ++line;
    page.remove_prefix(length);
  }
  return "bytes that are not UTF-8 in line " + std::to_string(line);
}

}  // namespace

std::vector<std::string> page_faults(std::string_view page, std::string_view site_origin) {
  if (!utf8_valid(page)) return {not_utf8(page)};
  Faults faults(site_origin);
  for (const HtmlTag& tag : html_tags(page)) faults.look_at(tag);
  return faults.take();
}

}  // namespace scanlogin
