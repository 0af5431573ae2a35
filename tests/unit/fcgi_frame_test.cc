#include "server/fcgi_frame.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {

void PrintTo(Frame frame, std::ostream* out) {
  *out << (frame == Frame::partial    ? "partial"
           : frame == Frame::complete ? "complete"
                                      : "malformed");
}

namespace {

// Record types (FastCGI 1.0 section 8).
constexpr unsigned kBegin = 1;
constexpr unsigned kAbort = 2;
constexpr unsigned kEnd = 3;
constexpr unsigned kParams = 4;
constexpr unsigned kStdin = 5;
constexpr unsigned kStdout = 6;
constexpr unsigned kData = 8;
constexpr unsigned kGetValues = 9;

char low(std::size_t number) { return static_cast<char>(number & 0xff); }
char high(std::size_t number) { return static_cast<char>(number >> 8); }

struct Extra {
  unsigned id = 1;
  unsigned version = 1;
  std::size_t padding = 0;
};

std::string record(unsigned type, const std::string& content, Extra extra = {}) {
  const std::string header = {
      low(extra.version),   low(type),           high(extra.id),     low(extra.id),
      high(content.size()), low(content.size()), low(extra.padding), 0};
  return header + content + std::string(extra.padding, 'p');
}

std::string begin_body(unsigned role, unsigned flags = 1) {
  return {high(role), low(role), low(flags), 0, 0, 0, 0, 0};
}

const std::string kBeginRecord = record(kBegin, begin_body(1));
const std::string kNoParams = record(kParams, "");
const std::string kNoStdin = record(kStdin, "");
const std::string kPair = "\x0e\x03REQUEST_METHODGET";
const std::string kSomeParams = record(kParams, kPair);
const std::string kLongPair = "\x01\x80\0\x01\x01x"s + std::string(257, 'y');

Frame inspect(const std::string& bytes) {
  return inspect_frame({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

// Requests as web servers send them.
std::vector<std::string> good_requests() {
  const Extra padded{.padding = 7};
  const Extra fully_padded{.padding = 255};
  return {
      kBeginRecord + kSomeParams + kNoParams + kNoStdin,
      kBeginRecord + kNoParams + kNoStdin,
      kBeginRecord + kSomeParams + kSomeParams + record(kParams, "\x01\0x"s) + kNoParams + kNoStdin,
      kBeginRecord + record(kParams, kPair.substr(0, 1)) + record(kParams, kPair.substr(1, 7)) +
          record(kParams, kPair.substr(8)) + kNoParams + kNoStdin,
      kBeginRecord + record(kParams, kLongPair) + kNoParams + kNoStdin,
      kBeginRecord + record(kParams, "\0\0\0\0"s + kPair) + kNoParams + kNoStdin,
      kBeginRecord + kSomeParams + kNoParams + record(kStdin, "body") + kNoStdin,
      kBeginRecord + kSomeParams + kNoParams + record(kStdin, "a") + record(kStdin, "b") + kNoStdin,
      kBeginRecord + record(kParams, kPair, padded) + kNoParams + record(kStdin, "y", padded) +
          kNoStdin,
      kBeginRecord + kNoParams + record(kStdin, "y", fully_padded) + kNoStdin,
      record(kBegin, begin_body(1), {.id = 65535}) + record(kParams, "", {.id = 65535}) +
          record(kStdin, "", {.id = 65535}),
      record(kBegin, begin_body(1), {.id = 256}) + record(kParams, "", {.id = 256}) +
          record(kStdin, "", {.id = 256}),
  };
}

TEST(FcgiFrame, AWholeRequestIsComplete) {
  for (std::size_t i = 0; i < good_requests().size(); ++i) {
    EXPECT_EQ(inspect(good_requests()[i]), Frame::complete) << "request " << i;
  }
}

TEST(FcgiFrame, EveryBeginningOfARequestIsPartial) {
  for (std::size_t i = 0; i < good_requests().size(); ++i) {
    const std::string request = good_requests()[i];
    for (std::size_t length = 0; length < request.size(); ++length) {
      ASSERT_EQ(inspect(request.substr(0, length)), Frame::partial)
          << "request " << i << ", " << length << " of " << request.size() << " bytes";
    }
  }
}

TEST(FcgiFrame, RecordsOfTheLargestSizeAreFollowed) {
  const std::string large(65535, 'x');
  const std::string pair = "\x01\x80\0\xff\xf9x"s + std::string(65529, 'y');
  const std::string request = kBeginRecord + record(kParams, pair, {.padding = 1}) + kNoParams +
                              record(kStdin, large, {.padding = 255}) + record(kStdin, large);
  EXPECT_EQ(inspect(request), Frame::partial);
  EXPECT_EQ(inspect(request + kNoStdin), Frame::complete);
}

TEST(FcgiFrame, WhatFollowsTheRequestIsNotLookedAt) {
  const std::string request = good_requests().front();
  EXPECT_EQ(inspect(request + request), Frame::complete);
  EXPECT_EQ(inspect(request + "\xff"), Frame::complete);
}

TEST(FcgiFrame, TheKeepAliveFlagMakesNoDifference) {
  const std::string rest = kNoParams + kNoStdin;
  for (const unsigned flags : {0U, 1U, 2U, 255U}) {
    EXPECT_EQ(inspect(record(kBegin, begin_body(1, flags)) + rest), Frame::complete)
        << "flags " << flags;
  }
}

TEST(FcgiFrame, ContentIsNotTakenForRecords) {
  EXPECT_EQ(inspect(kBeginRecord + record(kParams, "\x08\0"s + kNoParams) + kNoParams +
                    record(kStdin, kNoStdin)),
            Frame::partial);
  EXPECT_EQ(inspect(kBeginRecord + kNoParams + record(kStdin, kBeginRecord) + kNoStdin),
            Frame::complete);
}

TEST(FcgiFrame, WhatAWebServerNeverSendsIsMalformed) {
  struct Case {
    const char* what;
    std::string bytes;
  };
  const std::vector<Case> cases = {
      {"HTTP", "GET / HTTP/1.1\r\n\r\n"},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"s},
      {"zeros", std::string(8, '\0')},
      {"version 0", record(kBegin, begin_body(1), {.version = 0})},
      {"version 2", record(kBegin, begin_body(1), {.version = 2})},
      {"version 2 later", kBeginRecord + record(kParams, "", {.version = 2})},
      {"request id 0", record(kBegin, begin_body(1), {.id = 0})},
      {"params of another request", kBeginRecord + record(kParams, "", {.id = 2})},
      {"params whose id differs in the high byte", kBeginRecord + record(kParams, "", {.id = 257})},
      {"params of request 0", kBeginRecord + record(kParams, "", {.id = 0})},
      {"stdin of another request", kBeginRecord + kNoParams + record(kStdin, "", {.id = 2})},
      {"a begin that is empty", record(kBegin, "")},
      {"a begin too short", record(kBegin, begin_body(1).substr(1))},
      {"a begin too long", record(kBegin, begin_body(1) + "x")},
      {"the role of an authorizer", record(kBegin, begin_body(2))},
      {"the role of a filter", record(kBegin, begin_body(3))},
      {"role 0", record(kBegin, begin_body(0))},
      {"role 257", record(kBegin, begin_body(257))},
      {"params first", kSomeParams},
      {"stdin first", kNoStdin},
      {"begin twice", kBeginRecord + kBeginRecord},
      {"begin among the params", kBeginRecord + kSomeParams + kBeginRecord},
      {"begin after the params", kBeginRecord + kNoParams + kBeginRecord},
      {"stdin before the params end", kBeginRecord + kSomeParams + kNoStdin},
      {"stdin without params", kBeginRecord + kNoStdin},
      {"params after their end", kBeginRecord + kNoParams + kSomeParams},
      {"params ended twice", kBeginRecord + kNoParams + kNoParams},
      {"params among stdin", kBeginRecord + kNoParams + record(kStdin, "x") + kSomeParams},
      {"padding behind the begin", record(kBegin, begin_body(1), {.padding = 8})},
      {"padding behind no params", kBeginRecord + record(kParams, "", {.padding = 1})},
      {"padding behind no stdin", kBeginRecord + kNoParams + record(kStdin, "", {.padding = 255})},
      {"a parameter cut short", kBeginRecord + record(kParams, "\x05\x03HOSTa") + kNoParams},
      {"a parameter without its value's length",
       kBeginRecord + record(kParams, "\x05") + kNoParams},
      {"a length cut short", kBeginRecord + record(kParams, "\x80\0"s) + kNoParams},
      {"lengths that no memory has",
       kBeginRecord + record(kParams, "\xf2\xfc\xad\xba\xae\xaa\xba\x53NAME") + kNoParams},
      {"an abort", kBeginRecord + record(kAbort, "")},
      {"an end", kBeginRecord + record(kEnd, std::string(8, '\0'))},
      {"stdout", kBeginRecord + kNoParams + record(kStdout, "x")},
      {"data of a filter", kBeginRecord + kNoParams + record(kData, "x")},
      {"a management record", record(kGetValues, "", {.id = 0})},
      {"type 0", record(0, "")},
      {"type 255", record(255, "")},
  };
  for (const Case& c : cases) EXPECT_EQ(inspect(c.bytes), Frame::malformed) << c.what;
}

TEST(FcgiFrame, AWrongRecordIsMalformedAsSoonAsItsHeaderIsThere) {
  const std::string wrong = record(kStdin, std::string(1000, 'x')).substr(0, 8);
  EXPECT_EQ(inspect(kBeginRecord + wrong.substr(0, 7)), Frame::partial);
  EXPECT_EQ(inspect(kBeginRecord + wrong), Frame::malformed);
}

}  // namespace
}  // namespace scanlogin
