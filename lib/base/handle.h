#pragma once

#include <memory>

namespace scanlogin {

// A unique_ptr deleter that calls one C function: Handle<CURL, curl_easy_cleanup>.
template <auto Fn>
struct Closer {
  template <class T>
  void operator()(T* p) const noexcept {
    Fn(p);
  }
};

template <class T, auto Fn>
using Handle = std::unique_ptr<T, Closer<Fn>>;

}  // namespace scanlogin
