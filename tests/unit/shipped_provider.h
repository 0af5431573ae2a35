#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "domain/providers/provider_file.h"

namespace scanlogin::oauth {

inline std::string shipped_directory() {
  const char* root = std::getenv("SOURCE_DIR");
  return std::string(root == nullptr ? "." : root) + "/providers";
}

inline std::string shipped_text(const std::string& name) {
  std::ifstream file(shipped_directory() + "/" + name + ".json");
  EXPECT_TRUE(file) << "there is no providers/" << name << ".json";
  return {std::istreambuf_iterator<char>(file), {}};
}

// The description in providers/NAME.json.
inline Description shipped(const std::string& name) {
  auto parsed = parse_description(name, shipped_text(name));
  if (auto* description = std::get_if<Description>(&parsed)) return std::move(*description);
  for (const std::string& fault : std::get<1>(parsed)) ADD_FAILURE() << name << ": " << fault;
  return {};
}

}  // namespace scanlogin::oauth
