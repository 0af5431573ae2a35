#pragma once

#include <unistd.h>

#include <utility>

namespace scanlogin {

// Owns a file descriptor; −1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const noexcept { return fd_; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // Gives the descriptor up, for one that somebody else has closed.
  void release() noexcept { fd_ = -1; }

 private:
  int fd_;
};

}  // namespace scanlogin
