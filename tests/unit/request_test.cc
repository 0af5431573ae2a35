#include "server/request.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/url.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

Request with_query(const std::string& query) { return {{{"QUERY_STRING", query}}, ""}; }

// As Python's urllib.parse.parse_qs has it, which the Django module used.
TEST(RequestQuery, FindsTheFirstValueThatIsNotEmpty) {
  const std::vector<std::pair<std::string, std::optional<std::string>>> cases = {
      {"uuid=a", "a"},
      {"uuid=a&uuid=b", "a"},
      {"uuid=&uuid=b", "b"},
      {"uuid=&uuid=&uuid=c&uuid=d", "c"},
      {"uuid&uuid=a", "a"},
      {"x=1&uuid=a", "a"},
      {"uuid=a&x=1", "a"},
      {"&uuid=a", "a"},
      {"&&&uuid=a&&", "a"},
      {"uuid=a=b", "a=b"},
      {"uuid==", "="},
      {"uuid=a;uuid=b", "a;uuid=b"},
      {"uuid=a#b", "a#b"},
      {"", std::nullopt},
      {"&", std::nullopt},
      {"&&&&", std::nullopt},
      {"=", std::nullopt},
      {"=a", std::nullopt},
      {"uuid", std::nullopt},
      {"uuid=", std::nullopt},
      {"uuid=&uuid=", std::nullopt},
      {"UUID=a", std::nullopt},
      {"uuidx=a", std::nullopt},
      {"xuuid=a", std::nullopt},
      {"uui=a", std::nullopt},
      {"?uuid=a", std::nullopt},
      {" uuid=a", std::nullopt},
      {"x=uuid=a", std::nullopt},
      {"xuuid=1;uuid=b", std::nullopt},
  };
  for (const auto& [query, expected] : cases) {
    EXPECT_EQ(with_query(query).query("uuid"), expected) << query;
  }
}

TEST(RequestQuery, DecodesValues) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a+b", "a b"},       {"+", " "},           {"%2B", "+"},         {"a%20b", "a b"},
      {"%26%3D%25", "&=%"}, {"%41%6a%6A", "Ajj"}, {"%E5%BC%A0", "张"},  {"%e5%bc%a0", "张"},
      {"张", "张"},         {"%2541", "%41"},     {"%", "%"},           {"%4", "%4"},
      {"%zz", "%zz"},       {"%4g1", "%4g1"},     {"%g41", "%g41"},     {"%%41", "%A"},
      {"%41%", "A%"},       {"%41%4", "A%4"},     {"a%", "a%"},         {"%+1", "% 1"},
      {"%-1", "%-1"},       {"%0x", "%0x"},       {"%00", "\0"s},       {"a%00b", "a\0b"s},
      {"%0D%0A", "\r\n"},   {"%ff", "\xff"},      {"%u0041", "%u0041"}, {"%2e%2E", ".."},
  };
  for (const auto& [encoded, expected] : cases) {
    EXPECT_EQ(with_query("uuid=" + encoded).query("uuid"), expected) << encoded;
    EXPECT_EQ(form_decode(encoded), expected) << encoded;
  }
}

TEST(RequestQuery, DecodesNamesToo) {
  EXPECT_EQ(with_query("%75uid=a").query("uuid"), "a");
  EXPECT_EQ(with_query("u+u=a").query("u u"), "a");
  EXPECT_EQ(with_query("=a").query(""), "a");
  EXPECT_EQ(with_query("uuid%00=a").query("uuid"), std::nullopt);
  EXPECT_EQ(with_query("uuid%3Da").query("uuid"), std::nullopt) << "an encoded '=' parts nothing";
  EXPECT_EQ(with_query("x=1%26uuid=a").query("uuid"), std::nullopt) << "nor does an encoded '&'";
}

TEST(RequestQuery, OfNothingButSeparatorsIsReadToItsEnd) {
  EXPECT_EQ(with_query(std::string(100000, '&') + "uuid=a").query("uuid"), "a");
  EXPECT_EQ(with_query(std::string(100000, '&')).query("uuid"), std::nullopt);
  EXPECT_EQ(with_query("uuid=" + std::string(100000, '%')).query("uuid"), std::string(100000, '%'));
}

TEST(RequestQuery, IsNothingWithoutAQueryString) {
  EXPECT_EQ(Request({}, "uuid=a").query("uuid"), std::nullopt);
}

TEST(Request, GivesWhatTheServerSent) {
  const Request request({{"REQUEST_METHOD", "POST"}, {"REMOTE_ADDR", "192.0.2.1"}, {"X", "1"}},
                        "body\0with NUL"s);
  EXPECT_EQ(request.method(), "POST");
  EXPECT_EQ(request.client(), "192.0.2.1");
  EXPECT_EQ(request.parameter("X"), "1");
  EXPECT_EQ(request.parameter("x"), "");
  EXPECT_EQ(request.parameter("absent"), "");
  EXPECT_EQ(request.body(), "body\0with NUL"s);
}

TEST(Request, MethodIsNeitherChangedNorAssumed) {
  EXPECT_EQ(Request({{"REQUEST_METHOD", "get"}}, "").method(), "get");
  EXPECT_EQ(Request({}, "").method(), "");
}

TEST(RequestHeader, IsFoundInAnyCase) {
  const Request request({{"HTTP_IDTOKEN", "t"}, {"HTTP_USER_AGENT", "curl"}, {"IDTOKEN", "x"}}, "");
  for (const char* name : {"IDTOKEN", "IdToken", "idtoken"}) {
    EXPECT_EQ(request.header(name), "t") << name;
  }
  EXPECT_EQ(request.header("User-Agent"), "curl");
  EXPECT_EQ(request.header("user-agent"), "curl");
  EXPECT_EQ(request.header("Id-Token"), "");
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_EQ(request.header(""), "");
}

TEST(RequestHeader, SentMoreThanOnceIsJoined) {
  EXPECT_EQ(
      Request({{"HTTP_IDTOKEN", "a"}, {"X", "1"}, {"HTTP_IDTOKEN", "b"}}, "").header("IdToken"),
      "a, b");
  EXPECT_EQ(Request({{"HTTP_IDTOKEN", ""}, {"HTTP_IDTOKEN", "b"}}, "").header("IdToken"), ", b");
  EXPECT_EQ(Request({{"HTTP_IDTOKEN", "a"}, {"HTTP_IDTOKEN", ""}}, "").header("IdToken"), "a, ");
}

TEST(RequestId, IsTheServersIfItIsSafe) {
  const std::vector<std::string> safe = {"5f2c0a", "A-z-9", "a", std::string(64, 'f'),
                                         "123e4567-e89b-42d3-a456-426614174000"};
  for (const std::string& id : safe) EXPECT_EQ(Request({{"REQUEST_ID", id}}, "").id(), id);
}

TEST(RequestId, IsMadeHereOtherwise) {
  const auto is_made_here = [](const std::string& id) {
    return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  };
  const std::vector<std::string> unsafe = {"",    std::string(65, 'f'),
                                           "a b", "a\nb",
                                           "a_b", "a.b",
                                           "a=b", "a\"",
                                           "\0"s, "a\0"s,
                                           "é",   "\xff",
                                           "<b>", "a;b",
                                           "a/b", "a,b",
                                           " a",  "a "};
  std::set<std::string> seen;
  for (const std::string& id : unsafe) {
    const Request request({{"REQUEST_ID", id}}, "");
    EXPECT_TRUE(is_made_here(request.id())) << id << " gave " << request.id();
    EXPECT_TRUE(seen.insert(request.id()).second) << "came twice: " << request.id();
  }
  EXPECT_TRUE(is_made_here(Request({}, "").id()));
}

TEST(RequestId, StaysTheSameForTheLifeOfTheRequest) {
  Request request({}, "");
  const std::string id = request.id();
  EXPECT_EQ(request.id(), id);
  const Request moved = std::move(request);
  EXPECT_EQ(moved.id(), id);
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  const std::string unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  EXPECT_EQ(percent_encode(unreserved), unreserved);
  EXPECT_EQ(percent_encode(""), "");
  EXPECT_EQ(percent_encode(" +&=%/?#"), "%20%2B%26%3D%25%2F%3F%23");
  EXPECT_EQ(percent_encode("\0\r\n\x7f\xff"s), "%00%0D%0A%7F%FF");
  EXPECT_EQ(percent_encode("张"), "%E5%BC%A0");
}

TEST(PercentEncode, LeavesWhatItIsToldTo) {
  EXPECT_EQ(percent_encode("a@b+c/d", "@+"), "a@b+c%2Fd");
  EXPECT_EQ(percent_encode("a%40", "@+"), "a%2540");
}

TEST(SitePath, BeginsWithOneSlashAndHasNoControlCharacter) {
  for (const std::string path :
       {"/", "/a", "/a//b", "/a/../..//evil.example", "/?next=//evil.example", "/%2F/evil.example",
        "/%5Cevil.example", "/a\\b", "/@evil.example", "/:80", "/张"}) {
    EXPECT_TRUE(is_site_path(path)) << path;
  }
  for (const std::string other :
       {"", "a", "//", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example",
        "\\\\evil.example", " /a", "https://evil.example", "https:/evil.example",
        "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/\r\nX: y",
        "\t//evil.example", "/a\x7f"}) {
    EXPECT_FALSE(is_site_path(other)) << other;
  }
  EXPECT_FALSE(is_site_path("/\0"s));
}

TEST(PercentEncode, EveryByteSurvivesARoundTrip) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(form_decode(percent_encode(all)), all);
  EXPECT_EQ(with_query("uuid=" + percent_encode(all)).query("uuid"), all);
}

TEST(RequestQuery, PairsAreAllOfThemDecodedInTheirOrder) {
  using Pairs = std::vector<Parameter>;
  EXPECT_EQ(with_query("b=2&a=1&b=&b=3").query_pairs(),
            (Pairs{{"b", "2"}, {"a", "1"}, {"b", ""}, {"b", "3"}}));
  EXPECT_EQ(with_query("%71=a%3Db%26+c&=x&y&&z=1=2").query_pairs(),
            (Pairs{{"q", "a=b& c"}, {"", "x"}, {"z", "1=2"}}));
  for (const char* query : {"", "&", "a", "a&b"}) {
    EXPECT_EQ(with_query(query).query_pairs(), Pairs{}) << query;
  }
}

TEST(RequestPath, IsTheOneThatNginxHasDecoded) {
  EXPECT_EQ(Request({{"SCRIPT_NAME", "/api/user/admin/users/7/"}}, "").path(),
            "/api/user/admin/users/7/");
  EXPECT_EQ(Request({{"REQUEST_URI", "/x"}}, "").path(), "");
}

}  // namespace
}  // namespace scanlogin
