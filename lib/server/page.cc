#include "server/page.h"

#include <algorithm>
#include <string_view>

#include "base/crypto.h"

namespace scanlogin {
namespace {

// The sources for style-src: what stands between each <style> and </style>, hashed.
std::string style_sources(std::string_view html) {
  constexpr std::string_view kOpen = "<style>";
  constexpr std::string_view kClose = "</style>";
  std::string sources;
  for (std::size_t at = html.find(kOpen); at != std::string_view::npos; at = html.find(kOpen, at)) {
    at += kOpen.size();
    sources += " 'sha256-" + sha256_base64(html.substr(at, html.find(kClose, at) - at)) + "'";
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
