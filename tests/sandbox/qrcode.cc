#include "qrcode.h"

#include <qrencode.h>

#include "base/handle.h"

namespace scanlogin::sandbox {
namespace {

constexpr int kQuietZone = 4;

bool is_dark(const QRcode& code, int x, int y) { return (code.data[y * code.width + x] & 1) != 0; }

std::string run(int x, int y, const std::string& length) {
  std::string path = "M" + std::to_string(x) + " " + std::to_string(y);
  return path.append("h").append(length).append("v1h-").append(length).append("z");
}

std::string dark_runs(const QRcode& code, int y) {
  std::string path;
  for (int x = 0; x < code.width;) {
    int end = x;
    while (end < code.width && is_dark(code, end, y)) ++end;
    if (end > x) path += run(x + kQuietZone, y + kQuietZone, std::to_string(end - x));
    x = end + 1;
  }
  return path;
}

}  // namespace

std::string qrcode_svg(std::string_view content) {
  // The lowest level of correction: a screen has no dirt, and fewer modules are larger ones.
  const Handle<QRcode, QRcode_free> code(
      QRcode_encodeData(static_cast<int>(content.size()),
                        reinterpret_cast<const unsigned char*>(content.data()), 0, QR_ECLEVEL_L));
  if (!code) return {};
  const std::string size = std::to_string(code->width + 2 * kQuietZone);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" shape-rendering=\"crispEdges\">"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"";
  for (int y = 0; y < code->width; ++y) svg += dark_runs(*code, y);
  return svg + "\"/></svg>\n";
}

}  // namespace scanlogin::sandbox
