#include "clients/fcgi_frame.h"

#include <cstddef>

namespace scanlogin {
namespace {

constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kBeginBodySize = 8;
constexpr unsigned kVersion = 1;
constexpr unsigned kResponder = 1;

enum RecordType : unsigned { kBeginRequest = 1, kParams = 4, kStdin = 5 };

struct Record {
  unsigned version;
  unsigned type;
  unsigned request;
  std::size_t content;  // bytes
  std::size_t padding;  // bytes
};

Record header_of(std::span<const unsigned char> b) noexcept {
  return {b[0], b[1], (b[2] * 256U) + b[3], (b[4] * 256U) + b[5], b[6]};
}

// libfcgi forgets the padding of a record that ends what it is reading, and takes it for the next
// header: it then loses the body, or waits for more. No web server pads a BEGIN_REQUEST, whose size
// is 8, or a record without content.
bool loses_padding(const Record& record) noexcept {
  return record.type == kBeginRequest || record.content == 0;
}

}  // namespace

Frame inspect_frame(std::span<const unsigned char> bytes) noexcept {
  unsigned request = 0;
  unsigned expected = kBeginRequest;
  while (bytes.size() >= kHeaderSize) {
    const Record record = header_of(bytes);
    if (record.version != kVersion || record.type != expected) return Frame::malformed;
    if (record.request == 0 || (request != 0 && record.request != request)) {
      return Frame::malformed;
    }
    bytes = bytes.subspan(kHeaderSize);
    if (record.type == kBeginRequest && record.content != kBeginBodySize) return Frame::malformed;
    if (record.padding != 0 && loses_padding(record)) return Frame::malformed;
    if (bytes.size() < record.content + record.padding) return Frame::partial;

    if (record.type == kBeginRequest) {
      if ((bytes[0] * 256U) + bytes[1] != kResponder) return Frame::malformed;
      request = record.request;
      expected = kParams;
    } else if (record.content == 0) {
      if (record.type == kStdin) return Frame::complete;
      expected = kStdin;
    }
    bytes = bytes.subspan(record.content + record.padding);
  }
  return Frame::partial;
}

}  // namespace scanlogin
