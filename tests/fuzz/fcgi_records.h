#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/fuzz.h"

// The web server's side of FastCGI (FastCGI 1.0, section 3.3).
namespace scanlogin::fuzz {

enum RecordType : unsigned { kBegin = 1, kEnd = 3, kParams = 4, kStdin = 5, kStdout = 6 };

// How a request is cut into records.
struct Cut {
  std::size_t content = 65535;  // the most that one record holds
  std::size_t padding = 0;      // of each that holds a part of a stream
};

inline char low(std::size_t number) { return static_cast<char>(number & 0xff); }
inline char high(std::size_t number) { return static_cast<char>((number >> 8) & 0xff); }

inline std::string record(unsigned type, std::string_view content, const Cut& cut) {
  const std::string header = {
      1, low(type), 0, 1, high(content.size()), low(content.size()), low(cut.padding), 0};
  return header + std::string(content) + std::string(cut.padding, 'p');
}

// A stream in as many records as it takes, and the empty one that ends it.
inline std::string stream(unsigned type, std::string_view content, const Cut& cut) {
  std::string records;
  while (!content.empty()) {
    const std::string_view part = content.substr(0, cut.content);
    records += record(type, part, cut);
    content.remove_prefix(part.size());
  }
  return records + record(type, "", {});
}

inline std::string length(std::size_t length) {
  if (length < 128) return {low(length)};
  return {static_cast<char>(0x80 | ((length >> 24) & 0x7f)), low(length >> 16), high(length),
          low(length)};
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string request(const Pairs& parameters, std::string_view body, const Cut& cut) {
  std::string encoded;
  for (const auto& [name, value] : parameters) {
    encoded += length(name.size());
    encoded += length(value.size());
    encoded += name;
    encoded += value;
  }
  const std::string keep_connection = {0, 1, 1, 0, 0, 0, 0, 0};
  return record(kBegin, keep_connection, {}) + stream(kParams, encoded, cut) +
         stream(kStdin, body, cut);
}

struct Record {
  unsigned type;
  std::string_view content;
};

// Takes a record, which has to be whole, off the front.
inline Record take_record(std::string_view& bytes) {
  check(bytes.size() >= 8 && bytes[0] == 1, "there is a record");
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t content = at(4) * 256U + at(5);
  const std::size_t whole = 8 + content + at(6);
  check(bytes.size() >= whole, "a record is whole");
  const Record record{at(1), bytes.substr(8, content)};
  bytes.remove_prefix(whole);
  return record;
}

// The body of the request that the bytes begin with.
inline std::string body_of(std::string_view bytes) {
  std::string body;
  for (;;) {
    const Record record = take_record(bytes);
    if (record.type != kStdin) continue;
    if (record.content.empty()) return body;
    body += record.content;
  }
}

// What came back for one request.
struct Answer {
  std::string text;    // all of STDOUT
  bool ended = false;  // with END_REQUEST
};

// Takes one answer off the front of what the server sent.
inline Answer take_answer(std::string_view& bytes) {
  Answer answer;
  while (!bytes.empty() && !answer.ended) {
    const Record record = take_record(bytes);
    answer.ended = record.type == kEnd;
    check(record.type == kStdout || answer.ended || record.content.empty(),
          "an answer is output and its end");
    if (record.type == kStdout) answer.text += record.content;
  }
  return answer;
}

}  // namespace scanlogin::fuzz
