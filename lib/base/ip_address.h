#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scanlogin {

// An IPv6 address, or an IPv4 one as IPv6 has it, ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using IpAddress = std::array<unsigned char, 16>;

// "192.0.2.1", "2001:db8::1"; nothing for what is neither.
std::optional<IpAddress> parse_ip_address(std::string_view text);
IpAddress ipv4_address(std::uint32_t in_network_order);
// IPv4 as "192.0.2.1".
std::string to_text(const IpAddress& address);
// Of the machine itself: 127.0.0.0/8 and ::1.
bool is_loopback(const IpAddress& address) noexcept;

}  // namespace scanlogin
