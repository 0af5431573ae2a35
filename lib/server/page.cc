#include "server/page.h"

#include <algorithm>
#include <string_view>

#include "base/crypto.h"
#include "server/html.h"

namespace scanlogin {
namespace {

// The sources for style-src: the text of each style element, hashed as a browser has it once it has
// read the page, which is not how it stands in the page (a CR LF becomes a LF).
std::string style_sources(std::string_view html) {
  std::string sources;
  for (const HtmlTag& tag : html_tags(html)) {
    if (tag.name == "style") sources += " 'sha256-" + sha256_base64(tag.text) + "'";
  }
  return sources.empty() ? " 'none'" : sources;
}

// One origin is all it can allow.
std::string x_frame_options(const std::string& frame_ancestors) {
  const std::size_t begin =
      std::min(frame_ancestors.find_first_not_of(' '), frame_ancestors.size());
  const std::string first = frame_ancestors.substr(begin, frame_ancestors.find(' ', begin) - begin);
  if (first == "'self'") return "SAMEORIGIN";
  if (first == "'none'") return "DENY";
  return "ALLOW-FROM " + first;
}

}  // namespace

Response html_page(std::string html, const std::string& frame_ancestors) {
  const std::string policy = "default-src 'none'; style-src" + style_sources(html) +
                             "; img-src 'self' data:; base-uri 'none'; form-action 'none'" +
                             "; frame-ancestors " + frame_ancestors;
  return {
      .status = 200,
      .headers = {{"Content-Type", "text/html; charset=utf-8"},
                  {"Cache-Control", "no-store"},
                  {"Content-Security-Policy", policy},
                  {"X-Frame-Options", x_frame_options(frame_ancestors)},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"}},
      .body = std::move(html),
  };
}

}  // namespace scanlogin
