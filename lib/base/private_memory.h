#pragma once

namespace scanlogin {

// From here on this process's memory and environment, where keys and tokens are, are for itself and
// root alone: no core dump is written of it (core(5)), and no other process of the same user can
// read them through ptrace or /proc (prctl(2), PR_SET_DUMPABLE). Call it before secrets are read.
// Throws Error(internal) if the kernel refuses.
void keep_memory_private();

}  // namespace scanlogin
