#include "base/timestamp.h"

#include <charconv>
#include <chrono>

namespace scanlogin {
namespace {

constexpr std::string_view kDay = "0000-00-00";
constexpr std::string_view kTime = "0000-00-00T00:00:00";
constexpr std::size_t kDecimals = 6;

// Whether the text has a digit wherever the form has 0, and else what the form has.
bool is_of_form(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + digits, value);
  return value;
}

bool is_in_calendar(std::string_view day) {
  const std::chrono::year_month_day date(
      std::chrono::year(number_at(day, 0, 4)),
      std::chrono::month(static_cast<unsigned>(number_at(day, 5, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(day, 8, 2))));
  return date.ok() && number_at(day, 0, 4) > 0;
}

bool has_no_day(std::string_view day) {
  return number_at(day, 5, 2) == 0 || number_at(day, 8, 2) == 0;
}

bool is_on_clock(std::string_view time) {
  return number_at(time, 11, 2) < 24 && number_at(time, 14, 2) < 60 && number_at(time, 17, 2) < 60;
}

}  // namespace

std::optional<std::string> sql_time(std::string_view text) {
  if (is_of_form(text, kDay)) {
    if (!is_in_calendar(text)) return std::nullopt;
    return std::string(text) + " 00:00:00.000000";
  }
  if (!text.ends_with('Z') || !is_of_form(text.substr(0, kTime.size()), kTime)) return std::nullopt;
  std::string_view rest = text.substr(kTime.size(), text.size() - kTime.size() - 1);
  std::string decimals;
  if (rest.starts_with('.')) {
    decimals = rest.substr(1);
    if (decimals.empty() || decimals.size() > kDecimals) return std::nullopt;
    if (decimals.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    rest = {};
  }
  const std::string_view day = text.substr(0, kDay.size());
  if (!rest.empty() || !is_in_calendar(day) || !is_on_clock(text)) return std::nullopt;
  decimals.resize(kDecimals, '0');
  return std::string(day) + " " + std::string(text.substr(11, 8)) + "." + decimals;
}

bool is_sql_time(std::string_view text) {
  constexpr std::string_view kSqlTime = "0000-00-00 00:00:00";
  if (!is_of_form(text.substr(0, kSqlTime.size()), kSqlTime) || !is_on_clock(text)) return false;
  const std::string_view decimals = text.substr(kSqlTime.size());
  if (!decimals.empty() &&
      (decimals[0] != '.' || decimals.size() == 1 || decimals.size() > 1 + kDecimals ||
       decimals.find_first_not_of("0123456789", 1) != std::string_view::npos)) {
    return false;
  }
  const bool incomplete =
      has_no_day(text) && number_at(text, 5, 2) <= 12 && number_at(text, 8, 2) <= 31;
  return incomplete || is_in_calendar(text);
}

std::optional<std::string> json_time(std::string_view sql) {
  std::string text(sql);
  if (text.size() < kDay.size() || has_no_day(text)) return std::nullopt;
  if (text.size() > kDay.size()) text[kDay.size()] = 'T';
  return text + "Z";
}

std::string json_time(std::int64_t seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  const auto digits = [](std::int64_t number, std::size_t count) {
    std::string text = std::to_string(number);
    return text.size() < count ? text.insert(0, count - text.size(), '0') : text;
  };
  return digits(int{date.year()}, 4) + "-" + digits(unsigned{date.month()}, 2) + "-" +
         digits(unsigned{date.day()}, 2) + "T" + digits(clock.hours().count(), 2) + ":" +
         digits(clock.minutes().count(), 2) + ":" + digits(clock.seconds().count(), 2) + ".000000Z";
}

}  // namespace scanlogin
