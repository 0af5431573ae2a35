#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scanlogin {

// A CGI parameter (RFC 3875 section 4.1): REQUEST_METHOD, HTTP_IDTOKEN, …
using Parameter = std::pair<std::string, std::string>;

// One HTTP request as a FastCGI server sees it. Owns all it holds; immutable.
class Request {
 public:
  Request(std::vector<Parameter> parameters, std::string body);

  // "GET", "POST", … as it was sent (methods are case-sensitive, RFC 9110 section 9.1).
  std::string_view method() const { return parameter("REQUEST_METHOD"); }
  // The client's address as nginx tells it.
  std::string_view client() const { return parameter("REMOTE_ADDR"); }
  // nginx's $request_id where that came and is at most 64 letters, digits and '-'; else one made
  // here, random. The same for the life of the request.
  const std::string& id() const { return id_; }
  const std::string& body() const { return body_; }

  // A header's value by its name in lower or upper case with '-', "IdToken"; empty if it is not
  // there. One sent more than once is joined by ", " (RFC 9110 section 5.3), so a token sent twice
  // is invalid; Cookie is joined by "; " (RFC 9113 section 8.2.3).
  std::string header(std::string_view name) const;

  // The path, decoded, as nginx's $uri has it.
  std::string_view path() const { return parameter("SCRIPT_NAME"); }

  // The first value of that name in the query string that is not empty, decoded; nothing if
  // there is none.
  std::optional<std::string> query(std::string_view name) const;
  // All of the query string's names and values, decoded, in their order.
  std::vector<Parameter> query_pairs() const;

  // A CGI parameter; empty if it is not there.
  std::string_view parameter(std::string_view name) const;
  bool has_parameter(std::string_view name) const;

 private:
  std::vector<Parameter> parameters_;
  std::string body_;
  std::string id_;
};

}  // namespace scanlogin
