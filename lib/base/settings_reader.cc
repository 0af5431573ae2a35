#include "base/settings_reader.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace scanlogin {
namespace {

// Far above any real key; keeps a path to the wrong file from being read whole.
constexpr std::size_t kLargestFile = 64 * 1024;

}  // namespace

std::optional<std::string> SettingsReader::lookup(const std::string& name) const {
  std::optional<std::string> value = environment_(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string SettingsReader::text(const std::string& name, const std::string& fallback) {
  const std::optional<std::string> value = lookup(name);
  if (!value) return fallback;
  if (has_control(*value)) {
    fault(name, "holds a control character");
    return fallback;
  }
  return *value;
}

int SettingsReader::integer(const std::string& name, int fallback, int least, int most) {
  const std::optional<std::string> value = lookup(name);
  if (!value) return fallback;
  const std::optional<std::int64_t> number = whole_number(*value);
  if (!number || *number < least || *number > most) {
    fault(name,
          "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return fallback;
  }
  return static_cast<int>(*number);
}

std::string SettingsReader::secret(const std::string& name) {
  const std::string file_variable = name + "_FILE";
  const std::optional<std::string> path = lookup(file_variable);
  if (!path) return text(name, "");
  if (lookup(name)) {
    fault(name, "is set, and " + file_variable + " too: give one of them");
    return "";
  }
  std::optional<std::string> content = file(file_variable, *path);
  if (!content) return "";
  if (content->ends_with('\n')) content->pop_back();
  if (content->ends_with('\r')) content->pop_back();
  if (content->empty() || has_control(*content)) {
    fault(file_variable, "names a file that is empty or not one line of text: " + *path);
    return "";
  }
  return std::move(*content);
}

std::optional<std::string> SettingsReader::file(const std::string& name, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content;
  char c = 0;
  while (content.size() <= kLargestFile && file.get(c)) content += c;
  if (file.eof() && content.size() <= kLargestFile) return content;
  fault(name, "names a file that cannot be read: " + path);
  return std::nullopt;
}

void SettingsReader::require(const std::string& name, const std::string& value,
                             const std::string& purpose) {
  const bool refused = std::any_of(faults_.begin(), faults_.end(), [&](const std::string& line) {
    return line.starts_with(name + " ") || line.starts_with(name + "_FILE ");
  });
  if (value.empty() && !refused) fault(name, "is not set: " + purpose);
}

void SettingsReader::fault(const std::string& name, const std::string& problem) {
  std::string text = name + " " + problem;
  // Two apps at one provider share settings, which are read for each of them.
  if (std::find(faults_.begin(), faults_.end(), text) == faults_.end()) {
    faults_.push_back(std::move(text));
  }
}

}  // namespace scanlogin
