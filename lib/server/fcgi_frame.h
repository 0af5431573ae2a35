#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace scanlogin {

// How far a FastCGI request (FastCGI 1.0, sections 3.3 and 5) has arrived.
enum class Frame {
  partial,    // more is to come
  complete,   // from its BEGIN_REQUEST to the empty STDIN record
  malformed,  // not what a web server sends to a responder
};

// Looks at the bytes a connection has received so far. libfcgi blocks until it has a whole
// request; asked only once this says complete, it never does. Framing and the lengths of the
// parameters are looked at, what the parameters say is not.
Frame inspect_frame(std::span<const unsigned char> bytes) noexcept;

// Both append what answers the request with this number: a part of the response, any size, as
// STDOUT records (section 5.3); and its end (5.5), behind which the connection may carry another.
void append_stdout(std::string& bytes, std::uint16_t request, std::string_view content);
void append_end(std::string& bytes, std::uint16_t request);

}  // namespace scanlogin
