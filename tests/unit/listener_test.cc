#include "server/listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "web_server.h"

namespace scanlogin {
namespace {

int option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  EXPECT_EQ(getsockopt(fd, level, name, &value, &size), 0);
  return value;
}

TEST(Listener, AConnectionOfTcpIsMadeReady) {
  for (const int family : {AF_INET, AF_INET6}) {
    web::Address address(family);
    const int socket = address.listen();
    const Descriptor before = address.connect();  // it was in the backlog already
    Listener listener(socket, {}, Log("test"));
    EXPECT_TRUE(listener.is_tcp());
    const Descriptor after = address.connect();
    for (int i = 0; i < 2; ++i) {
      const Descriptor accepted(listener.accept());
      ASSERT_GE(accepted.get(), 0);
      EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_NODELAY), 1);
      EXPECT_EQ(option(accepted.get(), SOL_SOCKET, SO_KEEPALIVE), 1);
      EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_KEEPIDLE), 60);
      EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 90'000);
      EXPECT_GE(option(accepted.get(), SOL_SOCKET, SO_RCVBUF), 256 * 1024);
    }
    EXPECT_EQ(listener.accept(), -1);
    EXPECT_EQ(errno, EAGAIN);
  }
}

TEST(Listener, OneOfAUnixSocketIsTakenAsItComes) {
  web::Address address(AF_UNIX);
  Listener listener(address.listen(), {*parse_ip_address("192.0.2.1")}, Log("test"));
  EXPECT_FALSE(listener.is_tcp());
  const Descriptor connection = address.connect();
  EXPECT_GE(Descriptor(listener.accept()).get(), 0) << "its file says who may connect";
}

TEST(Listener, WhoIsNotListedIsPassedOver) {
  web::Address address(AF_INET);
  Listener listener(address.listen(), {*parse_ip_address("192.0.2.1")}, Log("test"));
  const Descriptor connection = address.connect();
  EXPECT_EQ(listener.accept(), -1);
  EXPECT_EQ(errno, EAGAIN);
  char byte = 0;
  EXPECT_EQ(recv(connection.get(), &byte, 1, 0), 0) << "closed";
}

TEST(Listener, WhereEverybodyIsTrustedTheLogSaysSo) {
  const auto said = [](const char* bound, std::vector<IpAddress> web_servers) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, bound, &name.sin_addr);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
    EXPECT_EQ(listen(fd, 1), 0);
    testing::internal::CaptureStderr();
    const Listener listener(fd, std::move(web_servers), Log("test"));
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_NE(said("0.0.0.0", {}).find("FCGI_WEB_SERVER_ADDRS is not set listening=0.0.0.0"),
            std::string::npos);
  EXPECT_EQ(said("0.0.0.0", {*parse_ip_address("192.0.2.1")}), "");
  EXPECT_EQ(said("127.0.0.1", {}), "");
}

}  // namespace
}  // namespace scanlogin
