#pragma once

#include <string>
#include <string_view>

namespace scanlogin {

// A text as a field of CSV (RFC 4180), in quotes, with nothing that a spreadsheet would take for a
// formula (OWASP, CSV injection): what begins like one gets an apostrophe before its sign.
//
// The signs are = + - @ and the forms of them that Unicode holds compatible, which input methods
// make and spreadsheets of East Asia take: full-width ＝ and the like. One begins a formula also
// behind spaces, quotes and characters that do not show, which programs strip, and behind what is a
// separator in some country or program: there a quoted field is no field, and a line end in it is
// one.
std::string csv_field(std::string_view text);

}  // namespace scanlogin
