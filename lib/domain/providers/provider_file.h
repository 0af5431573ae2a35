#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "clients/http_client.h"

namespace scanlogin::oauth {

// What an OAuth 2.0 provider (RFC 6749 section 4.1) wants to be asked, and how it answers: one JSON
// file, providers/NAME.json. All its members; those marked with ? may be left out:
//
//   about?            a text for readers
//   label             {"en", "zh"}: the provider's name
//   longest_code?     of a code, in bytes: 1 to 4096, else 512
//   code_parameters?  what the callback's parameter with the code is called; else "code". Several:
//                     the first that is there
//   jsonp?            true: replies may come as `callback( … );` and with a comma before a } or ]
//   authorize         {url, parameters, fragment?}: where a browser is sent
//   token             the call that exchanges the code
//   person?           the calls that tell who has come, 4 at the most, asked in this order
//   numbers?          which of the values found are numbers: a reply may have them as a number
//   above
//                     0 or as its decimal digits. All others have to be texts
//   genders?          which gender a reply means: {"m": "男", "f": "女"}
//   errors            {code, message?, success?, operator?, passes?}: JSON pointers to a reply's
//                     error code and text; of several the first that is there. Then codes, as
//                     numbers or texts: those that are no error (else 0), those that only the
//                     operator can mend, and those that may pass in a moment. Every other code
//                     refuses the person
//
// A call is {name, method, url, send, parameters, headers?, find}. name: for the log. method: GET
// or POST; send: how the parameters go, "query", "form" or "json". find: JSON pointers (RFC 6901)
// to values in the reply, by the names they get here; of several pointers the first that finds
// something. A value that is found twice has to be the same, and client_id the site's own.
//
// Parameters and headers are texts. A name in braces stands for a value: {client_id},
// {redirect_uri}, {state} and {code_challenge} in authorize; {client_id} and {client_secret} in
// calls; {code}, {redirect_uri} and {code_verifier} in token; and what an earlier call has found.
// {code_challenge} (RFC 7636, S256) switches PKCE on.
//
// Some values found have a meaning. access_token: needed. id: who has come, needed. union: an id
// that is the same in all apps of the site's owner; a reply may lack it. name, picture, gender: of
// the person. All but these three are visible ASCII: id and union of at most 200 bytes, others of
// 8,192.
//
// URLs are fit for secrets (domain/providers/provider_url.h). The file has 64 KiB at the most.

using Texts = std::vector<std::pair<std::string, std::string>>;

// A value in a reply.
struct Finding {
  std::string name;
  std::vector<std::string> pointers;
  bool number = false;
  bool required = false;  // its absence breaks the protocol
};

enum class Send { query, form, json };

struct Call {
  std::string name;
  HttpMethod method = HttpMethod::get;
  std::string url;
  Send send = Send::query;
  Texts parameters;
  Texts headers;
  std::vector<Finding> finds;
};

struct Authorize {
  std::string url;
  Texts parameters;
  std::string fragment;  // without the '#'; empty: none
};

struct Errors {
  std::vector<std::string> code;     // pointers
  std::vector<std::string> message;  // pointers
  std::set<std::string, std::less<>> success{"0"};
  std::set<std::string, std::less<>> operators;
  std::set<std::string, std::less<>> passes;
};

struct Description {
  std::string name;
  std::string label;
  std::string label_zh;
  std::size_t longest_code = 512;
  std::vector<std::string> code_parameters{"code"};
  bool jsonp = false;
  Authorize authorize;
  Call token;
  std::vector<Call> person;
  std::set<std::string, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> genders;
  Errors errors;

  bool has_union() const noexcept;  // whether a call finds `union`
};

// Whether a provider can be called that: a–z and 0–9, a letter first, at most 24 characters, and
// not one of WeChat's or WeCom's types of identities.
bool is_provider_name(std::string_view name) noexcept;

// The description in the text of a file, or everything that is wrong with it: a sentence each that
// begins with the way to the member, "token.url must be …". name: is_provider_name.
std::variant<Description, std::vector<std::string>> parse_description(const std::string& name,
                                                                      std::string_view text);

// A name in `find` that is shown to people, and need not be an identifier: name, picture, gender.
bool is_shown(std::string_view name) noexcept;

}  // namespace scanlogin::oauth
