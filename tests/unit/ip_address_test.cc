#include "base/ip_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace scanlogin {
namespace {

TEST(IpAddress, IsReadAndWritten) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "127.0.0.1", "2001:db8::1", "::1", "::"}) {
    const auto address = parse_ip_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_text(*address), text);
  }
}

TEST(IpAddress, AnIpv4AddressIsTheSameInIpv6) {
  EXPECT_EQ(parse_ip_address("::ffff:192.0.2.1"), parse_ip_address("192.0.2.1"));
  EXPECT_EQ(ipv4_address(htonl(0xC0000201)), parse_ip_address("192.0.2.1"));
}

TEST(IpAddress, WhatIsNoneIsNone) {
  for (const char* text : {"", "192.0.2", "192.0.2.256", "192.0.2.1/24", "example.com", "[::1]",
                           "192.0.2.1:80", " 192.0.2.1", "1", "::1%lo"}) {
    EXPECT_FALSE(parse_ip_address(text)) << text;
  }
}

TEST(IpAddress, OfTheMachineItself) {
  for (const char* text : {"127.0.0.1", "127.8.9.10", "::1"}) {
    EXPECT_TRUE(is_loopback(*parse_ip_address(text))) << text;
  }
  for (const char* text : {"0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "2001:db8::1"}) {
    EXPECT_FALSE(is_loopback(*parse_ip_address(text))) << text;
  }
}

}  // namespace
}  // namespace scanlogin
