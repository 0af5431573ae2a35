#include "base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace scanlogin {
namespace {

constexpr IpAddress kMappedNet = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kMappedBytes = 12;
constexpr unsigned char kLoopbackNet = 127;

bool is_ipv4(const IpAddress& address) noexcept {
  return std::equal(address.begin(), address.begin() + kMappedBytes, kMappedNet.begin());
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const std::string copy(text);
  IpAddress address = kMappedNet;
  if (inet_pton(AF_INET, copy.c_str(), address.data() + kMappedBytes) == 1) return address;
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

IpAddress ipv4_address(std::uint32_t in_network_order) {
  IpAddress address = kMappedNet;
  std::memcpy(address.data() + kMappedBytes, &in_network_order, sizeof(in_network_order));
  return address;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool ipv4 = is_ipv4(address);
  inet_ntop(ipv4 ? AF_INET : AF_INET6, address.data() + (ipv4 ? kMappedBytes : 0), text.data(),
            text.size());
  return text.data();
}

bool is_loopback(const IpAddress& address) noexcept {
  constexpr IpAddress kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return is_ipv4(address) ? address[kMappedBytes] == kLoopbackNet : address == kLoopback;
}

}  // namespace scanlogin
