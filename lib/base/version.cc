#include "base/version.h"

namespace scanlogin {

const char* const kVersion = SCANLOGIN_VERSION;

}  // namespace scanlogin
