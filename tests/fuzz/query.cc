// A query string, and what the endpoints take from one. The first byte says for whom the rest is:
//   0  Request alone
//   1  the poll and the callback: the query string is the first line, the header Host the second
//   2  the list of users, 3 that of identities, 4 that of the audit log
//   5  the path of an admin endpoint

#include "api/admin_api.h"
#include "api/callback_url.h"
#include "api/cors.h"
#include "api/site.h"
#include "base/timestamp.h"
#include "base/url.h"
#include "domain/admin/admin_lists.h"
#include "domain/login/pending_login.h"
#include "domain/providers/weixin_website.h"
#include "fuzz/fuzz.h"

namespace scanlogin {
namespace {

using fuzz::check;

constexpr std::string_view kUnreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

Request with_query(std::string_view query, std::string_view host = "") {
  return {
      {{"QUERY_STRING", std::string(query)}, {"REQUEST_ID", "1"}, {"HTTP_HOST", std::string(host)}},
      ""};
}

std::string encoded(const std::vector<Parameter>& pairs) {
  std::string query;
  for (const auto& [name, value] : pairs) {
    query += (query.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  }
  return query;
}

void read_pairs(std::string_view query) {
  const Request request = with_query(query);
  const std::vector<Parameter> pairs = request.query_pairs();
  check(with_query(encoded(pairs)).query_pairs() == pairs, "what is encoded is decoded again");
  for (const auto& [name, value] : pairs) {
    const std::optional<std::string> found = request.query(name);
    check(found.has_value() || value.empty(), "a value is found by its name");
    check(!found || !found->empty(), "a value that is empty is none");
  }
  const std::string whole = percent_encode(query);
  check(fuzz::only_of(whole, std::string(kUnreserved) + "%"), "what is encoded is safe anywhere");
  check(form_decode(whole) == query, "percent_encode is undone by form_decode");
  check(form_decode(query).size() <= query.size(), "decoding adds nothing");
}

LoginUuids uuids(bool only_made_here) {
  Config config;
  config.keys = KeyRing({std::string(32, 'k'), std::string(32, 'o')});
  config.require_bound_login = only_made_here;
  return LoginUuids(config, "wx");
}

void read_uuid(const std::string& uuid, const Request& request) {
  static const LoginUuids any = uuids(false);
  static const LoginUuids bound = uuids(true);
  const bool made_here = any.made_here(uuid);
  check(bound.accepts(uuid) == made_here, "a bound login's uuid was made here");
  if (made_here) {
    check(uuid.size() == 32 && any.accepts(uuid), "a uuid that was made here is accepted");
  }
  if (!any.accepts(uuid)) return;
  check(!uuid.empty() && uuid.size() <= 128, "a uuid has 1 to 128 characters");
  check(fuzz::only_of(uuid, kUnreserved.substr(0, kUnreserved.size() - 1)),
        "a uuid holds A-Z a-z 0-9 - _ . alone");
  check(any.login_of(uuid, request.header("Cookie")).cookie.has_value() == made_here,
        "a login that was begun here is a browser's");
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// A site with several hosts, and pages of another origin.
void read_site(const Request& request, const Request& from_page) {
  Config config;
  config.site_origins = {"https://a.example", "https://b.example:8443"};
  config.cors_origins = {"https://app.example"};
  const Site site(config);
  const std::string origin = site.origin(request).value_or("");
  check(site.has(origin), "the site is asked at an origin of its own");
  const auto led =
      led_to_its_host(site, weixin::Website::kFacts, request, request.query("site").value_or(""));
  check(!led ||
            led->headers.front().second.starts_with(
                "https://b.example:8443/api/user/login/wx/callback/?state=") ||
            led->headers.front().second.starts_with(
                "https://a.example/api/user/login/wx/callback/?state="),
        "nobody is led away from the site");
  if (led) check(!head_of(*led).empty(), "where somebody is led can be sent");
  const std::string page = from_page.header("Origin");
  Response response;
  Cors(config).allow(from_page, response);
  check(response.headers.empty() == (page != "https://app.example"),
        "a listed origin may read a reply, and no other");
  check(!site.may_use_cookie(from_page) || page == "https://app.example" || site.has(page),
        "a cookie is for pages of known origins");
}

void read_login(std::string_view query, std::string_view host) {
  const Request request = with_query(query, host);
  for (const char* name : {"uuid", "state"}) {
    if (const auto uuid = request.query(name)) read_uuid(*uuid, request);
  }
  const std::string code = request.query("code").value_or("");
  if (is_code(weixin::Website::kFacts, code)) {
    check(!code.empty() && code.size() <= 512 && !fuzz::has_control(code),
          "a code has 1 to 512 bytes, none a control character");
  }
  const Site site{Config()};
  const Request from_page({{"HTTP_HOST", "shop.example"}, {"HTTP_ORIGIN", std::string(host)}}, "");
  check(site.sender(from_page) == Site::Sender::other_site || host.empty() ||
            lower_case(host).find("://shop.example") != std::string::npos,
        "a page of another host is another site's");
  read_site(request, from_page);
  const std::optional<std::string> origin = site.origin(request);
  if (!origin) return;
  check(origin->size() <= 7 + 255 &&
            fuzz::only_of(*origin, "/[]:" + std::string(kUnreserved.substr(0, 65))),
        "an origin is a scheme and a host");
}

const Column& column_of(const Listing& listing, std::string_view condition) {
  for (const Column& column : listing.columns) {
    const std::string name = sql_name(column);
    const std::string_view rest = condition.substr(std::min(name.size(), condition.size()));
    const bool range = rest == " >= ?" || rest == " < ?";
    if (!condition.starts_with(name) || !(range || rest == " = ?")) continue;
    check(range == (column.kind == ColumnKind::time), "a time is asked for by a range");
    return column;
  }
  check(false, "a filter is a column, a comparison and a placeholder");
  return listing.columns.front();
}

void check_filter(const Listing& listing, const ListQuery::Filter& filter) {
  const Column& column = column_of(listing, filter.condition);
  const std::string& value = filter.value;
  check(column.filtered, "only some columns are filtered by");
  switch (column.kind) {
    case ColumnKind::integer:
      check(!value.empty() && fuzz::only_of(value, "-0123456789"), "an integer is digits");
      break;
    case ColumnKind::boolean:
      check(value == "0" || value == "1", "a boolean is 0 or 1");
      break;
    case ColumnKind::time:
      check(value.size() == 26 && sql_time(json_time(value).value_or("")) == value,
            "a time is MySQL's");
      break;
    default:
      check(fuzz::is_plain(value) && utf8_cut(value, 100) == value,
            "a text is plain, of at most 100 characters");
  }
}

// A pattern for LIKE that only a text which begins so fits.
void check_pattern(std::string_view pattern) {
  if (pattern.empty()) return;
  check(fuzz::is_plain(pattern) && pattern.ends_with('%'), "a search is for plain text");
  pattern.remove_suffix(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    check(pattern[i] != '%' && pattern[i] != '_', "no wildcard comes from a request");
    if (pattern[i] == '\\') check(++i < pattern.size(), "a backslash never hides the last %");
  }
}

void check_cursor(const Listing& listing, const ListQuery& query) {
  const ListQuery::Position& after = *query.after;
  const auto next = parse_list_query(
      listing, {{"ordering", ordering_name(query)}, {"cursor", to_cursor(query, after)}});
  const auto* same = std::get_if<ListQuery>(&next);
  check(same != nullptr && same->after && same->after->id == after.id &&
            same->after->value == after.value,
        "a cursor goes on where it was made");
  if (query.ordering->kind == ColumnKind::time && after.value) {
    check(is_sql_time(*after.value), "a time in a cursor is MySQL's");
  }
}

void check_refusal(const std::string& name, const Request& request) {
  const std::vector<Parameter> pairs = request.query_pairs();
  check(
      std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; }),
      "a refusal names one of the parameters");
  const Response refused = invalid(name);
  check(refused.status == 400 && Json::parse(refused.body).has_value(), "a refusal is JSON");
}

void read_list(const Listing& listing, std::string_view text) {
  const Request request = with_query(text);
  const auto parsed = parse_list_query(listing, request.query_pairs());
  if (const auto* bad = std::get_if<BadParameter>(&parsed)) {
    return check_refusal(bad->name, request);
  }
  const auto& query = std::get<ListQuery>(parsed);
  check(query.limit >= 1 && query.limit <= 200, "a part has 1 to 200 rows");
  check(query.ordering != nullptr && query.ordering->ordered, "a list goes by an index");
  check(query.pattern.empty() || !listing.searched.empty(), "a list without a search has none");
  check_pattern(query.pattern);
  for (const ListQuery::Filter& filter : query.filters) check_filter(listing, filter);
  if (query.after) check_cursor(listing, query);
}

void read_path(std::string_view path) {
  const std::string_view list = "/api/user/admin/users/", one = "/api/user/admin/users/{id}/",
                         logout = "/api/user/admin/users/{id}/logout/";
  const auto of_list = match_path(list, path), of_one = match_path(one, path),
             of_logout = match_path(logout, path);
  check(of_list.has_value() + of_one.has_value() + of_logout.has_value() <= 1,
        "a path is of one row at the most");
  check(!of_list || of_list->id == 0, "a list has no id");
  for (const auto& match : {of_one, of_logout}) {
    if (!match) continue;
    check(match->id >= 1, "an id is 1 or more");
    const std::string again =
        std::string(list) + std::to_string(match->id) + (of_one.has_value() ? "/" : "/logout");
    const auto same = match_path(of_one.has_value() ? one : logout, again);
    check(same && same->id == match->id, "a path names an id in one way");
  }
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin;
  fuzz::Input input(data, size);
  switch (input.choice(7)) {
    case 0:
      read_pairs(input.rest());
      break;
    case 1: {
      const std::string_view query = input.line();
      read_login(query, input.rest());
      break;
    }
    case 2:
      read_list(users_listing(), input.rest());
      break;
    case 3:
      read_list(oauths_listing(), input.rest());
      break;
    case 4:
      read_list(audit_listing(), input.rest());
      break;
    case 6:
      read_list(clashes_listing(), input.rest());
      break;
    default:
      read_path(input.rest());
  }
  return 0;
}
