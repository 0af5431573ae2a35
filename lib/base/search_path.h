#pragma once

#include <string>

namespace scanlogin {

// Where a file is: in the first of the directories that has it, readable or not, else in the last.
// Between two directories is a colon, as in PATH.
std::string find_in(const std::string& dirs, const std::string& file);

}  // namespace scanlogin
