#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/request.h"
#include "base/response.h"
#include "base/template.h"
#include "ledger.h"

namespace scanlogin::sandbox {

// The page with the QR code, where one scans by choosing a person.
class Page {
 public:
  // Throws Error(config) if template_dir lacks qrconnect.html or qrconnect-error.html.
  Page(std::string appid, const std::string& template_dir, Ledger& ledger);

  // GET /connect/qrconnect?appid&redirect_uri&scope=snsapi_login[&state][&self_redirect]
  // The page leads to /connect/confirm, in itself or (self_redirect not "true") in the top window.
  Response qrconnect(const Request& request) const;
  // GET /connect/confirm?redirect_uri[&state]&with=DIRECTIVES: 302 to redirect_uri with a new code
  // and the state; without `with`, a refusal: with the state alone.
  Response confirm(const Request& request);

 private:
  Response error(std::string_view problem) const;

  std::string appid_;
  Template page_;
  Template error_;
  Ledger& ledger_;
};

// The URL with one more parameter: before its fragment, behind the query it may have.
std::string with_parameter(std::string_view url, std::string_view name, std::string_view value);

}  // namespace scanlogin::sandbox
