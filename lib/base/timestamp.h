#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scanlogin {

// A day, "2026-01-31", or a time in UTC, "2026-01-31T09:30:00Z" with up to six decimals of a second
// (RFC 3339), as MySQL's datetime(6) has it: "2026-01-31 09:30:00.000000". Nothing for what is
// neither, or is in no calendar.
std::optional<std::string> sql_time(std::string_view text);

// Whether the text is a time that MySQL may have in a row and can compare others with: with as many
// decimals as the column has, and, as such rows there are, with a day or a month 0.
bool is_sql_time(std::string_view text);

// The other way, for a value of MySQL's: "2026-01-31T09:30:00.123456Z", with as many decimals as
// the column has. Nothing where day or month is 0, which is no time.
std::optional<std::string> json_time(std::string_view sql);
// The same of a time in seconds since 1970, in a year of four digits.
std::string json_time(std::int64_t seconds);

}  // namespace scanlogin
