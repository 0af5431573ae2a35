#include "base/certificates.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace scanlogin {
namespace {

// Of an authority made for this test.
const std::string kCertificate = R"(-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUThr+Ry3tQ+pdrgKUdiKZn9UuAl8wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSQSB0ZXN0J3MgYXV0aG9yaXR5MCAXDTI2MTEyNTE4NTg0OVoY
DzIxMjYxMTAxMTg1ODQ5WjAdMRswGQYDVQQDDBJBIHRlc3QncyBhdXRob3JpdHkw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT5q87Q6sUqiOUKd0zdDns4CqpCIs3F
jWEsTbTz/Gzh9kmcW1cFyy5LVW855r+40X7azYHZyk5VFxtJa/tLUROvo1MwUTAd
BgNVHQ4EFgQUjJbfSUWptDXn8of9M+xnYGS3lZkwHwYDVR0jBBgwFoAUjJbfSUWp
tDXn8of9M+xnYGS3lZkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBF
AiBkC5QNlLytATTHTzSvU4zQn7UkZlPL1AAidCpszn8lkQIhAOcZW8+YzCGPxNlA
8mxBAiDNFVJx4gNafmbHMTBQ4p0w
-----END CERTIFICATE-----
)";

bool accepts(const std::string& content) {
  const std::string path = testing::TempDir() + "certificates_test_" + std::to_string(getpid());
  std::ofstream(path) << content;
  const bool accepted = holds_certificates(path);
  std::remove(path.c_str());
  return accepted;
}

TEST(Certificates, AFileMayHoldSeveralWithTextAroundThem) {
  EXPECT_TRUE(accepts(kCertificate));
  EXPECT_TRUE(accepts("An authority of ours\n" + kCertificate + "and another\n" + kCertificate));
}

TEST(Certificates, AFileWithoutOneIsRefused) {
  EXPECT_FALSE(accepts(""));
  EXPECT_FALSE(accepts("no certificate\n"));
  EXPECT_FALSE(accepts("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
}

TEST(Certificates, OneThatIsBrokenSpoilsTheFile) {
  const std::size_t middle = kCertificate.size() / 2;
  EXPECT_FALSE(accepts(kCertificate.substr(0, middle)));
  EXPECT_FALSE(accepts(kCertificate + kCertificate.substr(0, middle)));
  std::string other = kCertificate;
  other[40] = '*';
  EXPECT_FALSE(accepts(kCertificate + other));
}

TEST(Certificates, WhatCannotBeReadIsRefused) {
  EXPECT_FALSE(holds_certificates("/nonexistent"));
  EXPECT_FALSE(holds_certificates("/"));
}

}  // namespace
}  // namespace scanlogin
