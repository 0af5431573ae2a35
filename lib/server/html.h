#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

struct HtmlAttribute {
  std::string name;   // in lower case
  std::string value;  // as it stands, character references included
};

// A start tag.
struct HtmlTag {
  std::string name;                       // in lower case
  std::vector<HtmlAttribute> attributes;  // of two with one name, a browser takes the first
  // What a browser takes for the text of the element: of those alone in which no other element can
  // be, as style, script and title.
  std::string text;
  std::size_t line = 1;
  bool foreign = false;  // whether it is inside of an svg or math element
  bool self_closing = false;
};

// Every start tag of a page, in the order of the page, as a browser's tokenizer finds them (HTML
// Living Standard, section 13.2.5): none in comments and texts, and every line end is a line feed.
// The page has to be UTF-8; a byte order mark is left out. The content of noscript counts, because
// a browser without script reads it. Any text is a page; there are no errors.
std::vector<HtmlTag> html_tags(std::string_view page);

}  // namespace scanlogin
