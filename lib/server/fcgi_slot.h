#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "base/event_loop.h"
#include "server/fcgi_connection.h"
#include "server/fcgi_server.h"

namespace scanlogin {

// FcgiServer's own: a connection, and who has it.
struct FcgiSlot : EventLoop::Handler {
  FcgiSlot(FcgiServer& a_server, int fd) : server(a_server), connection(fd) {}
  // A hang-up while its request is being answered is the holder's to know, if that has asked.
  void on_events(std::uint32_t /*events*/) override { server.on_events(*this); }

  FcgiServer& server;
  FcgiConnection connection;
  std::function<void()> hung_up;  // the loop's
  // TCP: our side is closed. What comes is not carried out. The loop's, or the answering thread's.
  bool ended = false;
  // Set by the loop when it hands the request out, cleared by whoever has answered it.
  std::atomic<bool> answering{false};
  // Of the request that is being answered. The loop's, until it is somebody else's to answer.
  std::chrono::steady_clock::time_point arrived{};
  bool held = false;
};

// While a request is being answered its descriptor is not armed: libfcgi's state belongs to the
// answering thread until it hands the slot back.
inline constexpr std::uint32_t kArmed = EPOLLIN | EPOLLONESHOT;
// For the rest of a request: an event for each arrival, none for what has been looked at.
inline constexpr std::uint32_t kArmedForMore = EPOLLIN | EPOLLET;
inline constexpr std::uint32_t kDisarmed = EPOLLONESHOT;
// To be told at once, on the loop, of a connection that we have ended.
inline constexpr std::uint32_t kArmedAtOnce = EPOLLIN | EPOLLOUT | EPOLLONESHOT;
// For the end of who asked.
inline constexpr std::uint32_t kArmedForEnd = EPOLLRDHUP | EPOLLONESHOT;

inline void arm(EventLoop& loop, FcgiSlot& slot, std::uint32_t events) {
  loop.change(slot.connection.fd(), events, slot);
}

}  // namespace scanlogin
