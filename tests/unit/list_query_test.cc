#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/base64url.h"
#include "base/url.h"
#include "domain/admin/admin_lists.h"
#include "domain/lists/listing.h"
#include "server/request.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

std::variant<ListQuery, BadParameter> parse(const std::string& query,
                                            const Listing& listing = users_listing()) {
  return parse_list_query(listing, Request({{"QUERY_STRING", query}}, "").query_pairs());
}

ListQuery good(const std::string& query, const Listing& listing = users_listing()) {
  auto parsed = parse(query, listing);
  if (const auto* bad = std::get_if<BadParameter>(&parsed)) {
    ADD_FAILURE() << query << " is refused for " << bad->name;
    return std::get<ListQuery>(parse("", listing));
  }
  return std::get<ListQuery>(std::move(parsed));
}

// The parameter that is named as bad; empty if none is.
std::string bad(const std::string& query, const Listing& listing = users_listing()) {
  const auto parsed = parse(query, listing);
  const auto* fault = std::get_if<BadParameter>(&parsed);
  return fault != nullptr ? fault->name : "";
}

std::string filters_of(const std::string& query, const Listing& listing = users_listing()) {
  std::string all;
  for (const auto& filter : good(query, listing).filters) {
    all += (all.empty() ? "" : ", ") + filter.condition + " " + filter.value;
  }
  return all;
}

std::string cursor(const std::string& json) { return "cursor=" + base64url_encode(json); }

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ListQuery, IsTheWholeListByIdIfNothingIsAsked) {
  for (const char* text : {"", "q=", "q=&ordering=&limit=&cursor=&is_active=&format=", "&&"}) {
    const ListQuery query = good(text);
    EXPECT_EQ(ordering_name(query), "id");
    EXPECT_EQ(query.limit, 50);
    EXPECT_TRUE(query.filters.empty() && query.pattern.empty() && !query.csv && !query.after);
  }
  EXPECT_EQ(ordering_name(good("", audit_listing())), "-id");
}

TEST(ListQuery, OrderingsAreThoseWithAnIndexBothWays) {
  for (const std::string name :
       {"id", "username", "nickname", "phone_number", "date_joined", "last_login"}) {
    EXPECT_EQ(ordering_name(good("ordering=" + name)), name);
    EXPECT_EQ(ordering_name(good("ordering=-" + name)), "-" + name);
  }
  for (const std::string name : {"id", "created_time", "last_mod_time"}) {
    EXPECT_EQ(ordering_name(good("ordering=-" + name, oauths_listing())), "-" + name);
  }
  EXPECT_EQ(ordering_name(good("ordering=id", audit_listing())), "id");
  EXPECT_EQ(ordering_name(good("ordering=-at", audit_listing())), "-at");
  for (const char* name :
       {"gender", "is_active", "avatar_url", "password", "--id", "+id", "-", "ID", "id,username",
        "id%20DESC", "t.id", "id;DROP%20TABLE%20user_user", "1", "RAND()"}) {
    EXPECT_EQ(bad("ordering="s + name), "ordering") << name;
  }
  EXPECT_EQ(bad("ordering=action", audit_listing()), "ordering");
  EXPECT_EQ(bad("ordering=oauth_id", oauths_listing()), "ordering");
}

TEST(ListQuery, ALimitIsFrom1To200) {
  EXPECT_EQ(good("limit=1").limit, 1);
  EXPECT_EQ(good("limit=200").limit, 200);
  for (const char* value : {"0", "201", "-1", "1.0", "1e2", "x", "%201", "1%20", "0x10", "%2B1",
                            "99999999999999999999", "1%00"}) {
    EXPECT_EQ(bad("limit="s + value), "limit") << value;
  }
}

TEST(ListQuery, AFilterIsOfItsColumnsKind) {
  EXPECT_EQ(filters_of("is_active=0&is_staff=1"), "t.is_active = ? 0, t.is_staff = ? 1");
  EXPECT_EQ(filters_of("date_joined__gte=2026-01-31&date_joined__lt=2026-02-01T09:30:00Z"),
            "t.date_joined >= ? 2026-01-31 00:00:00.000000, "
            "t.date_joined < ? 2026-02-01 09:30:00.000000");
  EXPECT_EQ(filters_of("last_login__gte=2026-01-31&last_login__lt=2026-01-31"),
            "t.last_login >= ? 2026-01-31 00:00:00.000000, "
            "t.last_login < ? 2026-01-31 00:00:00.000000");
  EXPECT_EQ(filters_of("user=7&oauth_type=weixin", oauths_listing()),
            "t.user_id = ? 7, t.oauth_type = ? weixin");
  EXPECT_EQ(filters_of("user=7&actor=8&action=login&at__gte=2026-01-31&at__lt=2026-02-01",
                       audit_listing()),
            "t.user_id = ? 7, t.actor_id = ? 8, t.action = ? login, "
            "t.at >= ? 2026-01-31 00:00:00.000000, t.at < ? 2026-02-01 00:00:00.000000");
}

TEST(ListQuery, AFilterWithAnotherValueIsRefusedByName) {
  for (const char* value : {"2", "true", "false", "-1", "01", "yes", "1%20"}) {
    EXPECT_EQ(bad("is_active="s + value), "is_active") << value;
    EXPECT_EQ(bad("is_staff="s + value), "is_staff") << value;
  }
  for (const char* value : {"2026-02-29", "2026-01-31T24:00:00Z", "today", "1", "2026-01-31'"}) {
    for (const std::string name : {"date_joined__gte", "last_login__lt"}) {
      EXPECT_EQ(bad(name + "=" + value), name) << value;
    }
  }
  for (const char* value : {"x", "-7", "7.0", "99999999999999999999", "7%20OR%201"}) {
    EXPECT_EQ(bad("user="s + value, oauths_listing()), "user") << value;
    EXPECT_EQ(bad("actor="s + value, audit_listing()), "actor") << value;
  }
  EXPECT_EQ(bad("oauth_type=a%0Ab", oauths_listing()), "oauth_type");
  EXPECT_EQ(bad("action=%FF", audit_listing()), "action");
}

TEST(ListQuery, WhatIsNoParameterIsRefusedByName) {
  for (const std::string name :
       {"x", "Q", "id", "username", "nickname", "is_superuser", "date_joined", "last_login",
        "date_joined__gt", "date_joined__lte", "is_active__gte", "id__lt", "password", "__gte",
        "__lt", "user", "last", "page", "order"}) {
    EXPECT_EQ(bad(name + "=1"), name);
  }
  EXPECT_EQ(bad("q=x", audit_listing()), "q");
  EXPECT_EQ(bad("at=2026-01-31", audit_listing()), "at");
  EXPECT_EQ(bad("oauth_id=x", oauths_listing()), "oauth_id");
  EXPECT_EQ(bad("format=json"), "format");
  EXPECT_EQ(bad("format=CSV"), "format");
  EXPECT_TRUE(good("format=csv").csv);
}

TEST(ListQuery, ASearchIsForTheTextAsItStands) {
  EXPECT_EQ(good("q=abc").pattern, "abc%");
  EXPECT_EQ(good("q=%25").pattern, "\\%%");
  EXPECT_EQ(good("q=a_b").pattern, "a\\_b%");
  EXPECT_EQ(good("q=%5C").pattern, "\\\\%");
  EXPECT_EQ(good("q=%5C%25_").pattern, "\\\\\\%\\_%");
  EXPECT_EQ(good("q='%22").pattern, "'\"%");
  EXPECT_EQ(good("q=a+b").pattern, "a b%");
  EXPECT_EQ(good("q=%F0%9F%98%80").pattern, "😀%");
}

TEST(ListQuery, ASearchHasAtMost100CharactersAndIsPlainText) {
  for (const std::string character : {"a", "张", "😀"}) {
    EXPECT_EQ(bad("q=" + percent_encode(times(100, character))), "");
    EXPECT_EQ(bad("q=" + percent_encode(times(101, character))), "q");
  }
  for (const char* value : {"%00", "a%0A", "%7F", "%1B", "%FF", "%C3", "%ED%A0%80"}) {
    EXPECT_EQ(bad("q="s + value), "q") << value;
  }
}

TEST(ListCursor, GoesOnWhereItWasMade) {
  for (const std::string name : {"id", "-id", "nickname", "-last_login"}) {
    const ListQuery query = good("ordering=" + name);
    std::vector<std::optional<std::string>> values = {std::nullopt};
    if (name == "-last_login") {
      for (const char* time : {"2026-01-31 09:30:00.123456", "2026-01-31 09:30:00",
                               "2026-01-31 09:30:00.123", "0000-00-00 00:00:00.000000"}) {
        values.emplace_back(time);
      }
    } else {
      for (const std::string& text :
           {"张'\"\\%三"s, ""s, " "s, "a\0b"s, "\x01\x7f\r\n"s, "{\"id\":1}"s, times(225, "😀")}) {
        values.emplace_back(text);
      }
    }
    for (const std::optional<std::string>& at : values) {
      const ListQuery next = good("ordering=" + name + "&cursor=" + to_cursor(query, {at, 7}));
      ASSERT_TRUE(next.after);
      EXPECT_EQ(next.after->id, 7);
      EXPECT_EQ(next.after->value, at);
    }
  }
}

TEST(ListCursor, MayComeBeforeTheOrderingItIsGoodWith) {
  const std::string made = to_cursor(good("ordering=-id"), {std::nullopt, 7});
  EXPECT_TRUE(good("cursor=" + made + "&ordering=-id").after);
}

TEST(ListCursor, OfAnotherOrderingIsRefused) {
  const std::string made = to_cursor(good("ordering=nickname"), {"a", 7});
  for (const char* ordering : {"", "&ordering=id", "&ordering=-nickname", "&ordering=username"}) {
    EXPECT_EQ(bad("cursor=" + made + ordering), "cursor") << ordering;
  }
}

TEST(ListCursor, ThatNobodyMadeIsRefused) {
  for (const std::string text : {"x", "%00", "e30", "bnVsbA", "W10", "!!!!", "7"}) {
    EXPECT_EQ(bad("cursor=" + text), "cursor") << text;
  }
  for (const std::string json : {R"({"ordering":"id"})", R"({"id":7})",
                                 R"({"ordering":"id","id":"7"})", R"({"ordering":"id","id":7.5})",
                                 R"({"ordering":1,"id":7})", R"({"ordering":"id","id":1e99})",
                                 R"([{"ordering":"id","id":7}])", R"({"ordering":"id","id":7)"}) {
    EXPECT_EQ(bad(cursor(json)), "cursor") << json;
  }
}

TEST(ListCursor, WithAValueThatTheColumnCannotHaveIsRefused) {
  const auto with = [](const std::string& ordering, const std::string& at) {
    return bad("ordering=" + ordering + "&" +
               cursor(R"({"ordering":")" + ordering + R"(","id":7,"at":)" + at + "}"));
  };
  const auto quoted = [](std::string_view value) { return '"' + base64url_encode(value) + '"'; };
  EXPECT_EQ(with("last_login", quoted("2026-01-31 09:30:00")), "");
  for (const std::string value :
       {"garbage", "", "2026-02-30 00:00:00.000000", "2026-01-31", "2026-01-31T09:30:00Z"}) {
    EXPECT_EQ(with("last_login", quoted(value)), "cursor") << value;
  }
  for (const std::string at : {"7", "null", "[]", R"("=")", R"("2026-01-31 09:30:00")"}) {
    EXPECT_EQ(with("last_login", at), "cursor") << at;
    EXPECT_EQ(with("nickname", at), "cursor") << at;
  }
  EXPECT_EQ(with("nickname", quoted("\xff")), "cursor");
  EXPECT_EQ(bad("ordering=nickname&" + cursor(R"({"ordering":"nickname","id":7,"value":"x"})")),
            "cursor")
      << "an older version's";
}

}  // namespace
}  // namespace scanlogin
