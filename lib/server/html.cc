#include "server/html.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::string_view kSpace = " \t\n\f";
constexpr std::string_view kEndsName = " \t\n\f/>";

// No other element can be inside of these (section 13.2.6.4). A script has states of its own, which
// differ only where it holds a comment with a script.
constexpr std::array<std::string_view, 8> kTextOnly = {"style", "script", "title",   "textarea",
                                                       "xmp",   "iframe", "noembed", "noframes"};

bool contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }
bool is_foreign_root(std::string_view name) { return name == "svg" || name == "math"; }

// What the tokenizer is given (section 13.2.3).
std::string input_stream(std::string_view page) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (page.starts_with(kByteOrderMark)) page.remove_prefix(kByteOrderMark.size());
  std::string out;
  out.reserve(page.size());
  for (std::size_t at = 0; at < page.size(); ++at) {
    if (page[at] != '\r') {
      out += page[at];
    } else if (at + 1 == page.size() || page[at + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

std::string without_nul(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\0') {
      out += "\xef\xbf\xbd";
    } else {
      out += c;
    }
  }
  return out;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view page) : html_(input_stream(page)) {}

  std::vector<HtmlTag> tags() {
    while ((at_ = std::min(html_.find('<', at_), html_.size())) < html_.size()) {
      ++at_;
      if (is_letter(here())) {
        start_tag();
      } else if (here() == '/') {
        end_tag();
      } else if (here() == '!') {
        declaration();
      } else if (here() == '?') {
        skip_past(">");
      }
    }
    return std::move(tags_);
  }

 private:
  char here() const { return at_ < html_.size() ? html_[at_] : '\0'; }
  bool ended() const { return at_ >= html_.size(); }

  void skip_past(std::string_view what) {
    const std::size_t found = html_.find(what, at_);
    at_ = found == std::string::npos ? html_.size() : found + what.size();
  }
  std::string take_to(std::size_t end) {
    end = std::min(end, html_.size());
    std::string taken = html_.substr(at_, end - at_);
    at_ = end;
    return taken;
  }
  void skip_space() { take_to(html_.find_first_not_of(kSpace, at_)); }

  void start_tag() {
    const std::size_t line = line_here();
    std::optional<HtmlTag> tag = read_tag();
    if (!tag) return;
    tag->line = line;
    tag->foreign = foreign_ > 0;
    if (is_foreign_root(tag->name) && !tag->self_closing) ++foreign_;
    if (foreign_ == 0) tag->text = text_of(tag->name);
    tags_.push_back(*std::move(tag));
  }

  void end_tag() {
    ++at_;
    if (!is_letter(here())) return skip_past(">");
    const std::optional<HtmlTag> tag = read_tag();
    if (tag && is_foreign_root(tag->name) && foreign_ > 0) --foreign_;
  }

  // A comment, a doctype, or what is taken for a comment.
  void declaration() {
    const std::string_view rest = std::string_view(html_).substr(at_ + 1);
    if (rest.starts_with("--")) {
      skip_comment();
    } else if (foreign_ > 0 && rest.starts_with("[CDATA[")) {
      skip_past("]]>");
    } else {
      skip_past(">");
    }
  }

  // Its own opening dashes can be part of its end, "<!-->", but not of "--!>".
  void skip_comment() {
    const std::size_t plain = html_.find("-->", at_ + 1);
    const std::size_t bang = html_.find("--!>", at_ + 3);
    at_ = std::min(plain, bang);
    skip_past(">");
  }

  // From the name on; nothing if the page ends before the tag does.
  std::optional<HtmlTag> read_tag() {
    HtmlTag tag;
    tag.name = ascii_lower(take_to(html_.find_first_of(kEndsName, at_)));
    for (;;) {
      skip_space();
      if (ended()) return std::nullopt;
      if (here() == '>') {
        ++at_;
        return tag;
      }
      if (here() == '/') {
        ++at_;
        tag.self_closing = here() == '>';
      } else {
        tag.attributes.push_back(read_attribute());
      }
    }
  }

  HtmlAttribute read_attribute() {
    HtmlAttribute attribute;
    // A name can begin with '='.
    attribute.name = ascii_lower(take_to(html_.find_first_of(" \t\n\f/>=", at_ + 1)));
    skip_space();
    if (here() != '=') return attribute;
    ++at_;
    skip_space();
    if (here() == '"' || here() == '\'') {
      const char quote = html_[at_++];
      attribute.value = take_to(html_.find(quote, at_));
      if (!ended()) ++at_;
    } else {
      attribute.value = take_to(html_.find_first_of(" \t\n\f>", at_));
    }
    return attribute;
  }

  std::string text_of(std::string_view name) {
    if (name == "plaintext") return take_to(html_.size());
    if (std::find(kTextOnly.begin(), kTextOnly.end(), name) == kTextOnly.end()) return "";
    return without_nul(take_to(end_of_text(name)));
  }

  // Where the end tag of that name begins.
  std::size_t end_of_text(std::string_view name) const {
    for (std::size_t at = html_.find("</", at_); at != std::string::npos;
         at = html_.find("</", at + 2)) {
      const std::size_t behind = at + 2 + name.size();
      if (behind < html_.size() && contains(kEndsName, html_[behind]) &&
          ascii_lower(html_.substr(at + 2, name.size())) == name) {
        return at;
      }
    }
    return std::string::npos;
  }

  std::size_t line_here() {
    line_ += static_cast<std::size_t>(
        std::count(html_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   html_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    counted_ = at_;
    return line_;
  }

  std::string html_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t counted_ = 0;  // up to there, in line_
  int foreign_ = 0;          // svg and math elements that are open
  std::vector<HtmlTag> tags_;
};

}  // namespace

std::vector<HtmlTag> html_tags(std::string_view page) { return Tokenizer(page).tags(); }

}  // namespace scanlogin
