#include "domain/check/finding.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace scanlogin::check {
namespace {

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t used = width(text);
  if (used < columns) text.append(columns - used, ' ');
  return text;
}

const char* colour_of(State state) noexcept {
  switch (state) {
    case State::well:
      return "\x1b[32m";
    case State::fault:
      return "\x1b[1;31m";
    default:
      return "\x1b[33m";
  }
}

}  // namespace

void append(Findings& all, Findings more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

State worst(const Findings& all) noexcept {
  State state = State::well;
  for (const Finding& finding : all) {
    if (finding.state != State::unknown) state = std::max(state, finding.state);
  }
  return state;
}

const char* to_text(State state) noexcept {
  switch (state) {
    case State::well:
      return "well";
    case State::unknown:
      return "unknown";
    case State::warning:
      return "warning";
    case State::fault:
      return "fault";
  }
  return "";
}

Json to_json(const Findings& all) {
  Json checks = Json::array();
  for (const Finding& finding : all) {
    checks.push(Json::object()
                    .with("what", finding.what)
                    .with("state", to_text(finding.state))
                    .with("detail", finding.detail)
                    .with("advice", finding.advice));
  }
  return Json::object().with("status", to_text(worst(all))).with("checks", std::move(checks));
}

std::string to_table(const Findings& all, bool coloured) {
  constexpr std::size_t kStateColumns = 7;
  constexpr std::string_view kGap = "  ";
  std::size_t columns = 0;
  for (const Finding& finding : all) columns = std::max(columns, width(visible(finding.what)));
  const std::string margin(columns + kStateColumns + 2 * kGap.size(), ' ');
  std::string table;
  for (const Finding& finding : all) {
    const std::string state = padded(to_text(finding.state), kStateColumns);
    table.append(padded(visible(finding.what), columns)).append(kGap);
    table += coloured ? colour_of(finding.state) + state + "\x1b[0m" : state;
    table.append(kGap).append(visible(finding.detail)).append("\n");
    if (!finding.advice.empty()) table += margin + "→ " + visible(finding.advice) + "\n";
  }
  return table;
}

}  // namespace scanlogin::check
