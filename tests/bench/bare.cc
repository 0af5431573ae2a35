// bare: a handler that does nothing, on the endpoints' own loop. What any endpoint could reach.

#include <string>

#include "base/log.h"
#include "server/fcgi_server.h"
#include "server/response.h"

using namespace scanlogin;

int main() {
  const std::string body =
      R"({"code":200,"data":{"id":1,"username":"bench-1","nickname":"用户1",)"
      R"("avatar_url":"https://thirdwx.qlogo.cn/mmopen/vi_32/1/132","gender":"","phone_number":""}})";
  FcgiServer server(0, Log("bare"));
  server.run(
      [&](const Request&, Responder responder) { responder.send(json_response(200, body)); });
}
