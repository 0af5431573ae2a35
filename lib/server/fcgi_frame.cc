#include "server/fcgi_frame.h"

#include <algorithm>
#include <cstddef>

namespace scanlogin {
namespace {

constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kBeginBodySize = 8;
constexpr unsigned kVersion = 1;
constexpr unsigned kResponder = 1;

constexpr std::size_t kLongestContent = 65535;

enum RecordType : unsigned {
  kBeginRequest = 1,
  kEndRequest = 3,
  kParams = 4,
  kStdin = 5,
  kStdout = 6
};

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

// The name-value pairs of the parameters (section 3.4), which may go on from one record to the
// next. libfcgi aborts the process where lengths come to more than it can allocate.
class Pairs {
 public:
  void take(std::span<const unsigned char> bytes) noexcept {
    while (!bytes.empty()) {
      const std::size_t taken = content_ > 0 ? std::min(content_, bytes.size()) : 1;
      if (content_ > 0) {
        content_ -= taken;
      } else {
        take_length(bytes[0]);
      }
      bytes = bytes.subspan(taken);
    }
  }
  // Whether the last pair has come to its end.
  bool whole() const noexcept { return content_ == 0 && digits_ == 0 && !has_name_length_; }

 private:
  // One byte below 128, or four with the highest bit set.
  void take_length(unsigned char byte) noexcept {
    if (digits_ > 0) {
      length_ = (length_ * 256) + byte;
      --digits_;
    } else if (byte < 0x80) {
      length_ = byte;
    } else {
      length_ = byte & 0x7fU;
      digits_ = 3;
    }
    if (digits_ > 0) return;
    if (has_name_length_) {
      content_ = name_length_ + length_;
    } else {
      name_length_ = length_;
    }
    has_name_length_ = !has_name_length_;
  }

  std::size_t length_ = 0;
  int digits_ = 0;  // of length_ to come
  std::size_t name_length_ = 0;
  bool has_name_length_ = false;
  std::size_t content_ = 0;  // of name and value to come
};

void append_header(std::string& bytes, RecordType type, std::uint16_t request,
                   std::size_t content) {
  const auto two = [](std::size_t number) {
    return std::string{static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
  };
  bytes += static_cast<char>(kVersion);
  bytes += static_cast<char>(type);
  bytes += two(request) + two(content) + std::string(2, '\0');
}

}  // namespace

Frame inspect_frame(std::span<const unsigned char> bytes) noexcept {
  unsigned request = 0;
  unsigned expected = kBeginRequest;
  Pairs pairs;
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
      if (!pairs.whole()) return Frame::malformed;
      expected = kStdin;
    } else if (record.type == kParams) {
      pairs.take(bytes.first(record.content));
    }
    bytes = bytes.subspan(record.content + record.padding);
  }
  return Frame::partial;
}

void append_stdout(std::string& bytes, std::uint16_t request, std::string_view content) {
  while (!content.empty()) {
    const std::string_view part = content.substr(0, kLongestContent);
    append_header(bytes, kStdout, request, part.size());
    bytes += part;
    content.remove_prefix(part.size());
  }
}

// A status of 0, REQUEST_COMPLETE.
void append_end(std::string& bytes, std::uint16_t request) {
  append_header(bytes, kStdout, request, 0);
  append_header(bytes, kEndRequest, request, kBeginBodySize);
  bytes.append(kBeginBodySize, '\0');
}

}  // namespace scanlogin
