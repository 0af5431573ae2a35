#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "base/descriptor.h"

namespace scanlogin {

// The open sockets of a group of connections, so that one thread can end what others wait for.
// Thread-safe. Outlives what it has given out.
class Sockets {
 public:
  // Lives as long as the socket may be shut down from here.
  using Held = std::shared_ptr<void>;

  // Counts the calls of end_all().
  std::uint64_t ends() const;

  // fd: an open socket; what becomes of the descriptor later is nothing to this. ends: as it was
  // before that was connected. Null where end_all() was called since.
  Held hold(int fd, std::uint64_t ends);

  // Shuts all of them down, both ways: whoever reads there meets the end of it.
  void end_all();

 private:
  struct Guard;

  mutable std::mutex mutex_;
  std::uint64_t ends_ = 0;
  std::list<Descriptor> open_;
};

}  // namespace scanlogin
