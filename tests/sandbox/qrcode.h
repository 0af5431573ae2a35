#pragma once

#include <string>
#include <string_view>

namespace scanlogin::sandbox {

// A QR code (ISO/IEC 18004) of these bytes with its quiet zone, as SVG: one unit a module, and a
// subpath "Mx yhNv1h-Nz" for each run of N dark ones. Empty if it is too much for a QR code.
std::string qrcode_svg(std::string_view content);

}  // namespace scanlogin::sandbox
