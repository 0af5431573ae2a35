#include "base/private_memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/error.h"

namespace scanlogin {

void keep_memory_private() {
  // Both: the limit alone does not bind a core_pattern that is a pipe.
  const rlimit none{};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
    throw Error(ErrorKind::internal, "core dumps cannot be turned off");
  }
}

}  // namespace scanlogin
