// What `scanlogin-admin check` reads in nginx's configuration.

#include <gtest/gtest.h>

#include "domain/check/nginx.h"

namespace scanlogin::check {
namespace {

constexpr std::string_view kDump =
    "# configuration file /etc/nginx/nginx.conf:\n"
    "http {\n"
    "  include scanlogin-upstreams.conf;\n"
    "}\n"
    "\n"
    "# configuration file /etc/nginx/scanlogin-upstreams.conf:\n"
    "upstream other { server unix:/run/other.sock; }\n"
    "upstream other {\n"
    "    server unix:/run/other.sock;\n"
    "}\n"
    "# upstream scanlogin-old {\n"
    "upstream scanlogin-current {\n"
    "    server unix:/run/scanlogin/current.sock; # and another\n"
    "    #server unix:/run/scanlogin/none.sock;\n"
    "    server unix:/run/b.sock max_fails=3;\n"
    "    keepalive 128;\n"
    "}\n"
    "upstream scanlogin-auth\n{\n"
    "    server 10.0.0.1:9000;\n"
    "}\n"
    "server unix:/run/outside.sock;\n"
    "\n";

TEST(CheckNginx, FindsTheEndpointsSockets) {
  const auto upstreams = nginx_upstreams(kDump);
  ASSERT_EQ(upstreams.size(), 2U);
  EXPECT_EQ(upstreams[0].endpoint, "current");
  EXPECT_EQ(upstreams[0].socket, "/run/scanlogin/current.sock");
  EXPECT_EQ(upstreams[1].endpoint, "current");
  EXPECT_EQ(upstreams[1].socket, "/run/b.sock");
}

TEST(CheckNginx, TakesADumpApart) {
  const auto files = nginx_files(kDump);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files.at("nginx.conf"), "http {\n  include scanlogin-upstreams.conf;\n}\n\n");
  EXPECT_TRUE(files.at("scanlogin-upstreams.conf").starts_with("upstream other {"));
}

TEST(CheckNginx, APieceWithoutHeadsHasNoName) {
  EXPECT_EQ(nginx_files("a;\nb;").at(""), "a;\nb;\n");
  EXPECT_TRUE(nginx_files("").empty());
  EXPECT_TRUE(nginx_upstreams("").empty());
}

}  // namespace
}  // namespace scanlogin::check
