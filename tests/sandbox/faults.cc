#include "faults.h"

#include "delays.h"

namespace scanlogin::sandbox {
namespace {

constexpr std::size_t kHuge = std::size_t{2} * 1024 * 1024;

Response html_error(int status) {
  const std::string title = std::to_string(status);
  return typed_response(status, "text/html",
                        "<html><head><title>" + title + "</title></head><body><center><h1>" +
                            title + "</h1></center></body></html>\n");
}

Response refusal(const Faults& faults) {
  const int errcode = *faults.errcode;
  WireObject object(faults.missing);
  if (faults.string_errcode) {
    object.text("errcode", std::to_string(errcode));
  } else {
    object.number("errcode", errcode);
  }
  object.text("errmsg", faults.errmsg ? *faults.errmsg : with_hints(errmsg_of(errcode)));
  return wire_response(object.json());
}

}  // namespace

bool concerns(const Faults& faults, int call) { return !faults.times || call <= *faults.times; }

std::optional<Response> replacement(const Faults& faults, const Request& request) {
  if (faults.hang) return html_error(504);
  if (faults.status) return html_error(*faults.status);
  if (faults.html) return html_error(200);
  if (faults.empty) return wire_response("");
  if (faults.redirect) return redirect_response(std::string(request.parameter("REQUEST_URI")));
  if (faults.broken) return wire_response(R"({"openid":"o6_bmjrPTlm6_2sgVt7hM)");
  if (faults.errcode && (*faults.errcode != 0 || faults.string_errcode)) return refusal(faults);
  return std::nullopt;
}

void add_to(WireObject& object, const Faults& faults) {
  if (faults.errcode == 0) object.number("errcode", 0).text("errmsg", errmsg_of(0));
  if (faults.huge) object.text("padding", std::string(kHuge, 'x'));
}

Outcome delayed(const Faults& faults, Response response) {
  return {std::move(response), faults.hang ? kLongestDelay : faults.slow};
}

}  // namespace scanlogin::sandbox
