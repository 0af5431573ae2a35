#include "server/response.h"

#include "base/error.h"
#include "base/text.h"

namespace scanlogin {
namespace {

const char* reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 428:
      return "Precondition Required";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  for (const std::string_view part : {name, value}) {
    if (has_control(part)) {
      throw Error(ErrorKind::internal, "a header to be sent holds a control character");
    }
  }
  head += name;
  head += ": ";
  head += value;
  head += "\r\n";
}

}  // namespace

Response&& Response::with(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

std::string head_of(const Response& response, std::string_view request_id) {
  std::string head;
  append_header(head, "Status", std::to_string(response.status) + " " + reason(response.status));
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  if (!request_id.empty()) append_header(head, "X-Request-Id", request_id);
  if (!response.more && response.status != 204) {
    append_header(head, "Content-Length", std::to_string(response.body.size()));
  }
  return head + "\r\n";
}

Response json_response(int status, const Json& body) { return json_response(status, body.text()); }

Response json_response(int status, std::string body, std::string cache_control) {
  return {
      .status = status,
      .headers = {{"Content-Type", "application/json; charset=utf-8"},
                  {"Cache-Control", std::move(cache_control)}},
      .body = std::move(body),
  };
}

Response message_response(int status, std::int64_t code, std::string_view msg) {
  return json_response(status, Json::object().with("code", code).with("msg", msg));
}

Response message_response(int status, std::string_view code, std::string_view msg) {
  return json_response(status, Json::object().with("code", code).with("msg", msg));
}

Response params_error(std::string_view msg) { return message_response(200, "params-error", msg); }

Response bad_request(std::string_view msg) { return message_response(400, "params-error", msg); }

Response data_response(Json data) {
  return json_response(200, Json::object().with("code", 200).with("data", std::move(data)));
}

Response not_found(std::string_view msg) { return message_response(404, 404, msg); }

Response method_not_allowed(std::string_view allow) {
  return message_response(405, 405, "请求方法不允许").with("Allow", std::string(allow));
}

Response lead_to(int status, std::string url) {
  Response response{.status = status, .headers = {}, .body = {}};
  return std::move(response)
      .with("Location", std::move(url))
      .with("Cache-Control", "no-store")
      .with("Referrer-Policy", "no-referrer");
}

Response forbidden() { return message_response(403, 1003, "没有权限"); }

Response service_unavailable() {
  return message_response(503, "service-unavailable", "服务暂不可用，请稍后再试")
      .with("Retry-After", "1");
}

}  // namespace scanlogin
