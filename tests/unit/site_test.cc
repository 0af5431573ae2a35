#include "api/site.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/all_settings.h"

namespace scanlogin {
namespace {

Config config_of(const std::string& site_origin, const std::string& cors_origins = "") {
  return read({{"SECRET_KEY", std::string(32, 'k')},
               {"WX_APPID", "wx1"},
               {"WX_SECRET", "s3cret"},
               {"SITE_ORIGIN", site_origin},
               {"CORS_ORIGINS", cors_origins}});
}

std::optional<std::string> origin(std::vector<Parameter> parameters,
                                  const std::string& site_origin = "") {
  return Site(config_of(site_origin)).origin(Request(std::move(parameters), ""));
}

Site::Sender sender(const std::string& site_origin, const std::string& host,
                    const std::string& page, const std::string& fetched_by = "") {
  std::vector<Parameter> parameters = {{"REQUEST_SCHEME", "https"}, {"HTTP_HOST", host}};
  if (!page.empty()) parameters.emplace_back("HTTP_ORIGIN", page);
  if (!fetched_by.empty()) parameters.emplace_back("HTTP_SEC_FETCH_SITE", fetched_by);
  return Site(config_of(site_origin)).sender(Request(std::move(parameters), ""));
}

bool may_use_cookie(const Config& config, const std::string& host, const std::string& page,
                    const std::string& fetched_by = "") {
  std::vector<Parameter> parameters = {{"REQUEST_SCHEME", "https"}, {"HTTP_HOST", host}};
  if (!page.empty()) parameters.emplace_back("HTTP_ORIGIN", page);
  if (!fetched_by.empty()) parameters.emplace_back("HTTP_SEC_FETCH_SITE", fetched_by);
  return Site(config).may_use_cookie(Request(std::move(parameters), ""));
}

constexpr const char* kShop = "https://shop.example";

TEST(SiteOrigin, IsTheSettingElseWhereTheRequestWent) {
  const auto of = [](const std::string& scheme, const std::string& host) {
    return origin({{"REQUEST_SCHEME", scheme}, {"HTTP_HOST", host}});
  };
  EXPECT_EQ(of("http", "127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(of("https", "example.com"), "https://example.com");
  EXPECT_EQ(of("", "[::1]:80"), "http://[::1]:80");
  for (const std::string& host : {std::string(), std::string("a/b"), std::string("a b"),
                                  std::string("a\"b"), std::string("u@a"), std::string(256, 'a')}) {
    EXPECT_EQ(of("https", host), std::nullopt) << host;
  }
  EXPECT_EQ(origin({{"REQUEST_SCHEME", "http"}, {"HTTP_HOST", "a/b"}}, kShop), kShop);
}

TEST(SiteOrigin, OfARequestWithoutTheHeaderHostIsWhatNginxServed) {
  const auto of = [](const std::string& scheme, const std::string& name, const std::string& port) {
    return origin({{"REQUEST_SCHEME", scheme}, {"SERVER_NAME", name}, {"SERVER_PORT", port}});
  };
  EXPECT_EQ(of("https", "example.com", "443"), "https://example.com");
  EXPECT_EQ(of("https", "example.com", "8443"), "https://example.com:8443");
  EXPECT_EQ(of("http", "example.com", "443"), "http://example.com:443");
  EXPECT_EQ(of("http", "[::1]", "80"), "http://[::1]");
  for (const char* port : {"", "0", "65536", "x", "443 "}) {
    EXPECT_EQ(of("https", "example.com", port), "https://example.com") << port;
  }
  EXPECT_EQ(of("https", "_", "443"), std::nullopt);
  EXPECT_EQ(origin({{"REQUEST_SCHEME", "https"}, {"SERVER_NAME", "a"}, {"HTTP_HOST", "b:1"}}),
            "https://b:1")
      << "the header has the port that the browser knows";
  EXPECT_EQ(origin({{"REQUEST_SCHEME", "https"}}), "") << "nobody has said";
}

TEST(SiteOrigin, IsOfSeveralTheOneAskedElseTheFirst) {
  const auto of = [](const std::string& scheme, const std::string& host) {
    return origin({{"REQUEST_SCHEME", scheme}, {"HTTP_HOST", host}},
                  "https://shop.example, https://www.shop.example https://[::1]:8443");
  };
  EXPECT_EQ(of("https", "www.shop.example"), "https://www.shop.example");
  EXPECT_EQ(of("https", "WWW.Shop.Example.:443"), "https://www.shop.example");
  EXPECT_EQ(of("http", "www.shop.example"), "https://www.shop.example") << "TLS ends elsewhere";
  EXPECT_EQ(of("http", "[::1]:8443"), "https://[::1]:8443");
  EXPECT_EQ(of("https", "shop.example"), kShop);
  for (const char* host : {"www.shop.example:8443", "[::1]", "backend", "", "a/b",
                           "www.shop.example.evil.example", "evil-www.shop.example"}) {
    EXPECT_EQ(of("https", host), kShop) << host;
  }
}

TEST(SiteOrigin, OfSeveralWithoutTheHeaderHostIsTheOneServed) {
  EXPECT_EQ(origin({{"REQUEST_SCHEME", "https"}, {"SERVER_NAME", "b"}, {"SERVER_PORT", "8443"}},
                   "https://a https://b https://b:8443"),
            "https://b:8443");
}

TEST(SiteOrigin, OfTheSameHostIsTheOneWithTheSchemeAsked) {
  for (const char* site_origin : {"http://a https://a", "https://a http://a"}) {
    EXPECT_EQ(origin({{"REQUEST_SCHEME", "https"}, {"HTTP_HOST", "a"}}, site_origin), "https://a");
    EXPECT_EQ(origin({{"REQUEST_SCHEME", "http"}, {"HTTP_HOST", "a"}}, site_origin), "http://a");
  }
}

TEST(SiteOrigin, SaysWhetherItIsReachedByHttps) {
  const auto is_https = [](const std::string& site_origin, const std::string& host) {
    return Site(config_of(site_origin))
        .is_https(Request({{"REQUEST_SCHEME", "http"}, {"HTTP_HOST", host}}, ""));
  };
  EXPECT_FALSE(is_https("", "a"));
  EXPECT_TRUE(is_https("https://a", "anything"));
  EXPECT_TRUE(is_https("https://a http://b", "a"));
  EXPECT_FALSE(is_https("https://a http://b", "b"));
}

TEST(SiteSender, IsTheSiteForItsOwnPagesAndForWhatIsNoBrowser) {
  for (const char* fetched_by : {"", "same-origin", "same-site", "none"}) {
    EXPECT_EQ(sender("", "shop.example", "", fetched_by), Site::Sender::site) << fetched_by;
    EXPECT_EQ(sender(kShop, "backend:8080", kShop, fetched_by), Site::Sender::site) << fetched_by;
  }
  EXPECT_EQ(sender("", "shop.example", kShop), Site::Sender::site);
  EXPECT_EQ(sender("", "Shop.Example:443", kShop), Site::Sender::site);
  EXPECT_EQ(sender("", "shop.example", "http://shop.example"), Site::Sender::site)
      << "TLS may end elsewhere";
  EXPECT_EQ(sender("", "[::1]:8443", "https://[::1]:8443"), Site::Sender::site);
  EXPECT_EQ(sender("", "backend", kShop, "same-origin"), Site::Sender::site);
  EXPECT_EQ(sender("", "shop.example", "null", "same-origin"), Site::Sender::site);
  EXPECT_EQ(sender(kShop, "backend", ""), Site::Sender::site);
  EXPECT_EQ(sender("https://Shop.example:443", "shop.example", kShop), Site::Sender::site);
}

TEST(SiteSender, IsAnotherSiteByEitherHeader) {
  EXPECT_EQ(sender("", "shop.example", "", "cross-site"), Site::Sender::other_site);
  EXPECT_EQ(sender(kShop, "shop.example", kShop, "cross-site"), Site::Sender::other_site);
  for (const char* page :
       {"https://evil.example", "https://shop.example.evil.example", "https://evilshop.example",
        "https://shop.example:8443", "https://www.shop.example", "null", "https://", "shop.example",
        "https://shop.example/", "https://shop.example, https://shop.example"}) {
    for (const char* fetched_by : {"", "same-site", "none"}) {
      EXPECT_EQ(sender("", "shop.example", page, fetched_by), Site::Sender::other_site) << page;
      EXPECT_EQ(sender(kShop, "shop.example", page, fetched_by), Site::Sender::other_site) << page;
    }
  }
}

TEST(SiteSender, IsAnotherHostWhereAPageOfTheSiteIsNotAtSiteOrigin) {
  constexpr const char* kWww = "https://www.shop.example";
  EXPECT_EQ(sender(kShop, "www.shop.example", kWww), Site::Sender::other_host);
  EXPECT_EQ(sender(kShop, "www.shop.example", kWww, "same-origin"), Site::Sender::other_host);
  EXPECT_EQ(sender(kShop, "backend", kWww, "same-origin"), Site::Sender::other_host);
  EXPECT_EQ(sender(kShop, "www.shop.example", ""), Site::Sender::other_host);
  EXPECT_EQ(sender(kWww, "shop.example", ""), Site::Sender::other_host);
  EXPECT_EQ(sender(kShop, "shop.example", "http://shop.example"), Site::Sender::other_host)
      << "the cookie is for https alone";
}

TEST(SiteSender, IsTheSiteForAPageAtAnyOfItsOrigins) {
  const std::string both = "https://shop.example https://other.example";
  for (const char* host : {"shop.example", "other.example", "backend"}) {
    for (const char* page : {"https://shop.example", "https://other.example"}) {
      EXPECT_EQ(sender(both, host, page), Site::Sender::site) << host << " " << page;
    }
    EXPECT_EQ(sender(both, host, ""), Site::Sender::site) << host;
    EXPECT_EQ(sender(both, host, "https://evil.example"), Site::Sender::other_site) << host;
  }
  EXPECT_EQ(sender(both, "other.example", kShop, "cross-site"), Site::Sender::site)
      << "the page is at one host, and asks the other";
  EXPECT_EQ(sender(both, "other.example", "https://other.example", "cross-site"),
            Site::Sender::other_site);
  EXPECT_EQ(sender(both, "other.example", "https://evil.example", "cross-site"),
            Site::Sender::other_site);
}

TEST(SiteSender, IsAnotherHostBesideSeveralThatAreListed) {
  const std::string both = "https://shop.example https://www.shop.example";
  EXPECT_EQ(sender(both, "www.shop.example", ""), Site::Sender::site);
  EXPECT_EQ(sender(both, "shop.example", ""), Site::Sender::site);
  EXPECT_EQ(sender(both, "m.shop.example", ""), Site::Sender::other_host);
  EXPECT_EQ(sender(both, "m.shop.example", "https://m.shop.example"), Site::Sender::other_host);
  EXPECT_EQ(sender(both, "www.shop.example", "http://www.shop.example"), Site::Sender::other_host);
}

TEST(SiteSender, IsTheSiteForAListedOriginAcrossSites) {
  const auto sent = [](const std::string& page, const std::string& fetched_by,
                       const std::string& host = "shop.example") {
    const Request request({{"REQUEST_SCHEME", "https"},
                           {"HTTP_HOST", host},
                           {"HTTP_ORIGIN", page},
                           {"HTTP_SEC_FETCH_SITE", fetched_by}},
                          "");
    return Site(config_of(kShop, "https://app.example")).sender(request);
  };
  EXPECT_EQ(sent("https://app.example", "", "backend"), Site::Sender::site);
  EXPECT_EQ(sent("https://app.example", "", "www.shop.example"), Site::Sender::other_host)
      << "where the login's cookie would not come back";
  for (const char* fetched_by : {"", "same-site", "cross-site"}) {
    EXPECT_EQ(sent("https://app.example", fetched_by), Site::Sender::site) << fetched_by;
    for (const char* page : {"http://app.example", "https://app.example:8443", "null", "",
                             "https://app.example.evil.example", "https://APP.example"}) {
      if (*page == '\0' && *fetched_by != 'c') continue;  // no page
      EXPECT_EQ(sent(page, fetched_by), Site::Sender::other_site) << page << " " << fetched_by;
    }
  }
}

// What no request may use a cookie with, wherever it arrives.
void expect_refused(const Config& config, const std::string& host) {
  for (const char* page :
       {"https://evil.example", "http://shop.example", "https://shop.example.evil.example",
        "https://evilshop.example", "https://shop.example:8443", "https://shop.example:443",
        "https://Shop.example", "https://shop.example/", "https://shop.example.", "shop.example",
        "https://shop.example, https://shop.example", "https://", "*", "NULL"}) {
    for (const char* fetched_by : {"", "same-site", "cross-site", "same-origin"}) {
      EXPECT_FALSE(may_use_cookie(config, host, page, fetched_by)) << page << " " << fetched_by;
    }
  }
  for (const char* page : {"", "null"}) {
    for (const char* fetched_by :
         {"", "none", "same-site", "cross-site", "same-origin, same-origin", "Same-Origin"}) {
      EXPECT_FALSE(may_use_cookie(config, host, page, fetched_by)) << page << " " << fetched_by;
    }
  }
}

TEST(SiteCookie, MayBeUsedByAPageAtTheHostAsked) {
  const Config config = config_of("");
  EXPECT_TRUE(may_use_cookie(config, "shop.example", kShop));
  EXPECT_TRUE(may_use_cookie(config, "Shop.Example:443", kShop));
  EXPECT_TRUE(may_use_cookie(config, "[::1]:8443", "https://[::1]:8443"));
  EXPECT_FALSE(may_use_cookie(config, "other.example", kShop));
  EXPECT_FALSE(may_use_cookie(config, "a/b", "https://a/b"));
  expect_refused(config, "shop.example");
}

TEST(SiteCookie, MayBeUsedByAPageAtAnyOriginOfTheSiteWhateverTheHostAsked) {
  const Config config = config_of("https://shop.example https://www.shop.example:8443");
  for (const char* host : {"shop.example", "www.shop.example:8443", "backend", "a/b"}) {
    EXPECT_TRUE(may_use_cookie(config, host, kShop));
    EXPECT_TRUE(may_use_cookie(config, host, "https://www.shop.example:8443"));
    EXPECT_FALSE(may_use_cookie(config, host, "https://www.shop.example"));
    EXPECT_FALSE(may_use_cookie(config, host, "https://backend"));
    expect_refused(config, host);
  }
}

TEST(SiteCookie, MayBeUsedByAListedOriginThoughItIsAcrossSites) {
  const Config config = config_of("", "https://app.example, http://localhost:5173");
  EXPECT_TRUE(may_use_cookie(config, "shop.example", kShop));
  for (const char* page : {"https://app.example", "http://localhost:5173"}) {
    for (const char* fetched_by : {"", "same-site", "cross-site"}) {
      EXPECT_TRUE(may_use_cookie(config, "shop.example", page, fetched_by)) << page;
    }
  }
  for (const char* page : {"http://app.example", "https://localhost:5173", "http://localhost",
                           "https://www.app.example", "https://app.example.evil.example"}) {
    EXPECT_FALSE(may_use_cookie(config, "shop.example", page)) << page;
  }
  expect_refused(config, "shop.example");
}

TEST(SiteCookie, MayBeUsedWithoutAnOriginIfTheBrowserSaysSameOrigin) {
  for (const char* settings : {"", kShop}) {
    EXPECT_TRUE(may_use_cookie(config_of(settings), "shop.example", "", "same-origin"));
    EXPECT_TRUE(may_use_cookie(config_of(settings), "shop.example", "null", "same-origin"))
        << "a form on a page whose referrer policy is no-referrer";
  }
}

}  // namespace
}  // namespace scanlogin
