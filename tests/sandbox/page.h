#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api.h"
#include "ledger.h"
#include "server/request.h"
#include "server/response.h"
#include "server/template.h"

namespace scanlogin::sandbox {

// What a browser gets from WeChat: the page with the QR code, where one scans by choosing a
// person, the one on which WeChat's own browser asks a person, and all that belongs to them.
class Page {
 public:
  // Throws Error(config) if template_dir lacks one of the files.
  Page(Apps apps, const std::string& template_dir, Ledger& ledger);

  // The page, script or picture at this path; nothing if there is none.
  //
  // /connect/qrconnect?appid&redirect_uri&scope=snsapi_login[&state][&self_redirect][&style]
  //     [&href][&stylelite]
  //   leads to /connect/confirm, in itself or (self_redirect not "true") in the top window, and
  //   to /connect/expired, the same page with the QR code run out, and back.
  // /connect/oauth2/authorize?appid&redirect_uri&response_type=code&scope&state[&forcePopup=true]
  //   in this order, for WeChat's own browser: with the scope snsapi_userinfo it leads to
  //   /connect/confirm; with snsapi_base it is one, of the person whose phone it is.
  // /connect/confirm?redirect_uri[&state][&app=mp][&with=DIRECTIVES][&twice]
  //   302 to redirect_uri with a new code and the state; without `with`, a refusal: with the
  //   state alone. app=mp: the code is the official account's, and from now on it is this person's
  //   phone. twice: redirect_uri is asked twice, with a code of its own each time.
  // /sandbox/mini
  //   where one chooses whose mini-program gets a code; leads to /sandbox/mini/code.
  // /connect/qrcode/UUID and /connect/confirm-on-phone/UUID
  //   the QR code, and the page that it holds the URL of.
  // /connect/zh_CN/htmledition/js/wxLogin.js and …/style/qrconnect.css
  std::optional<Response> at(std::string_view path, const Request& request);

 private:
  Response with_qrcode(const Template& page, const Request& request) const;
  Response authorize(const Request& request);
  std::string chooser(const Template& page, const Request& request, std::string confirm,
                      std::string_view look) const;
  // redirect_uri with a new code for this person, and the state; or what is wrong with directives.
  std::variant<std::string, ScriptFault> with_code(const Request& request,
                                                   const std::string& directives,
                                                   const std::string& appid);
  Response confirm(const Request& request);
  Response error(std::string_view problem) const;
  Response message(std::string_view heading, std::string_view text) const;

  Apps apps_;
  Template qrconnect_;
  Template expired_;
  Template message_;
  Template twice_;
  std::string script_;
  std::string stylesheet_;
  Ledger& ledger_;
};

// The URL with one more parameter: before its fragment, behind the query it may have.
std::string with_parameter(std::string_view url, std::string_view name, std::string_view value);

}  // namespace scanlogin::sandbox
