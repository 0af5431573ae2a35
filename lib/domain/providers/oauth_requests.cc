#include "domain/providers/oauth_requests.h"

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/url.h"

namespace scanlogin::oauth {
namespace {

// As a query has them, and a form, in which %20 is a space as well.
std::string encoded(const Texts& parameters, const Values& values) {
  std::string all;
  for (const auto& [name, text] : parameters) {
    if (!all.empty()) all += '&';
    all += percent_encode(name) + "=" + percent_encode(filled(text, values));
  }
  return all;
}

std::string as_json(const Texts& parameters, const Values& values) {
  Json all = Json::object();
  for (const auto& [name, text] : parameters) {
    all = std::move(all).with(name.c_str(), filled(text, values));
  }
  return all.text();
}

std::string with_query(const std::string& url, const std::string& query) {
  return query.empty() ? url : url + "?" + query;
}

}  // namespace

std::string authorize_url(const Authorize& authorize, const std::string& client_id,
                          const Redirection& redirection) {
  const Values values = {
      {"client_id", client_id},
      {"redirect_uri", redirection.redirect_uri},
      {"state", redirection.state},
      {"code_challenge", base64url_encode(sha256(redirection.code_verifier))},
  };
  return with_query(authorize.url, encoded(authorize.parameters, values)) +
         (authorize.fragment.empty() ? "" : "#" + authorize.fragment);
}

HttpRequest make_request(const Call& call, const Values& values) {
  HttpRequest request{.method = call.method, .url = call.url};
  for (const auto& [name, text] : call.headers) {
    request.headers.emplace_back(name, filled(text, values));
  }
  switch (call.send) {
    case Send::query:
      request.url = with_query(call.url, encoded(call.parameters, values));
      break;
    case Send::form:
      request.content_type = "application/x-www-form-urlencoded";
      request.body = encoded(call.parameters, values);
      break;
    case Send::json:
      request.content_type = "application/json; charset=utf-8";
      request.body = as_json(call.parameters, values);
      break;
  }
  return request;
}

}  // namespace scanlogin::oauth
