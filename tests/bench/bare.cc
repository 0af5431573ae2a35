// bare: a handler that does nothing, on the endpoints' own loop. What any endpoint could reach. To
// nginx's auth_request it says 204.

#include <string>

#include "base/log.h"
#include "server/fcgi_server.h"
#include "server/response.h"

using namespace scanlogin;

int main() {
  const std::string body =
      R"({"code":200,"data":{"id":1,"username":"bench-1","nickname":"用户1",)"
      R"("avatar_url":"https://thirdwx.qlogo.cn/mmopen/vi_32/1/132","gender":"","phone_number":""}})";
  EventLoop loop;
  FcgiServer server(loop, 0, Log("bare"));
  server.run([&](const Request& request, Responder responder) {
    const bool guards = request.has_parameter("GUARDED_METHOD");
    responder.send(guards ? Response{.status = 204, .headers = {}, .body = ""}
                          : json_response(200, body));
  });
}
