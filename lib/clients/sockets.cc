#include "clients/sockets.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <optional>

namespace scanlogin {

std::uint64_t Sockets::ends() const {
  const std::lock_guard lock(mutex_);
  return ends_;
}

struct Sockets::Guard {
  explicit Guard(Sockets& of) : sockets(of) {}
  ~Guard() {
    if (!at) return;
    const std::lock_guard lock(sockets.mutex_);
    sockets.open_.erase(*at);
  }

  Sockets& sockets;
  std::optional<std::list<Descriptor>::iterator> at;
};

// A duplicate: a library may close its own at any time, and the number is somebody else's then.
Sockets::Held Sockets::hold(int fd, std::uint64_t ends) {
  auto guard = std::make_shared<Guard>(*this);
  const std::lock_guard lock(mutex_);
  if (ends != ends_) return nullptr;
  guard->at = open_.emplace(open_.end(), fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return guard;
}

void Sockets::end_all() {
  const std::lock_guard lock(mutex_);
  ++ends_;
  for (const Descriptor& fd : open_) shutdown(fd.get(), SHUT_RDWR);
}

}  // namespace scanlogin
