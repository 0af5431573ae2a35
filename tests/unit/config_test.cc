#include "base/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "unit/all_settings.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

const std::string kKey(32, 'k');

// The least that every program starts with, and these.
Variables with(const Variables& more) {
  Variables all = more;
  all.merge(Variables{{"SECRET_KEY", kKey}, {"WX_APPID", "wx1"}, {"WX_SECRET", "s3cret"}});
  return all;
}

std::vector<std::string> faults_of(const Variables& variables) {
  return faults_in([&] { read(variables); });
}

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += "\n  " + line;
  return all;
}

std::string list(const std::vector<std::string>& entries) {
  std::string all;
  for (const std::string& entry : entries) all += (all.empty() ? "" : " ") + entry;
  return all;
}

std::string list_of(const std::vector<ServerAddress>& servers) {
  std::string all;
  for (const ServerAddress& server : servers) all += (all.empty() ? "" : ",") + to_text(server);
  return all;
}

std::string text(LogLevel level) {
  constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<int>(level)];
}

struct Variable {
  std::string name;
  std::function<std::string(const AllSettings&)> show;
  std::string fallback;                                       // shown, when it is not set
  std::vector<std::pair<std::string, std::string>> accepted;  // value, shown
  std::vector<std::string> refused;
};

// Each variable but the secrets, which have tests of their own.
std::vector<Variable> variables() {
  const auto same = [](const std::string& value) { return std::pair(value, value); };
  const std::vector<std::string> no_number = {"x",
                                              "1x",
                                              "+1",
                                              " 1",
                                              "1 ",
                                              "1.0",
                                              "0x1",
                                              "1e3",
                                              "-1",
                                              "-",
                                              "1\n",
                                              "٣",
                                              "99999999999999999999"};
  const auto and_no_number = [&](std::vector<std::string> values) {
    values.insert(values.end(), no_number.begin(), no_number.end());
    return values;
  };
  const std::vector<std::string> no_text = {"a\nb", "\t", "a\x7f", "\x1b[0m"};
  const std::vector<std::string> hosts_refused = {
      "a:0",    "a:65536", "a:",      "a:x", ":1",   "[a]:1",   "[::1",     "::1]:1",
      "[::1]1", "[::1]:0", "[1.2]:1", "-a",  "a/b",  "user@a",  "http://a", "a;b",
      "a'b",    "张",      ",",       " , ", "a\nb", "\x1b[0m", "a:1:2",    std::string(254, 'a')};
  const std::vector<std::pair<std::string, std::string>> origins_accepted = {
      same("https://example.com"),
      same("http://127.0.0.1:8080"),
      same("https://[::1]:8443"),
      same("https://my_host"),
      {"https://example.com/", "https://example.com"},
      {"https://Example.COM:443", "https://example.com"},
      {"http://a:0080 http://a:443", "http://a http://a:443"},
      {" https://a,http://a , https://b:1/,, ", "https://a http://a https://b:1"}};
  const std::vector<std::string> origins_refused = {"example.com",
                                                    "https://",
                                                    "https:///",
                                                    "https://a/b",
                                                    "https://a?x",
                                                    "https://a#x",
                                                    "https://u@a",
                                                    "ftp://a",
                                                    "HTTPS://a",
                                                    "https://a b",
                                                    "https://a;b",
                                                    "https://a\r\nX: y",
                                                    "'self'",
                                                    "*",
                                                    "null",
                                                    "https://*",
                                                    "https://*.a.example",
                                                    "https://a:*",
                                                    "https://a:0",
                                                    "https://a:65536",
                                                    "https://a:+1",
                                                    "https://[a",
                                                    "https://a]",
                                                    "https://[::1",
                                                    "https://::1",
                                                    "https://a.example/*",
                                                    "https://张.example",
                                                    "https://_",
                                                    "https://.",
                                                    "https://[]",
                                                    "https://" + std::string(256, 'a'),
                                                    " ",
                                                    ",",
                                                    "https://a https://a",
                                                    "https://a,https://A:443/",
                                                    "//a",
                                                    "https:a"};
  return {
      {"TOKEN_TTL_DAYS",
       [](const AllSettings& c) { return std::to_string(c.token_ttl.count()); },
       "50000",
       {same("1"), same("30"), same("365000")},
       and_no_number({"0", "365001"})},
      {"AUDIT_DAYS",
       [](const AllSettings& c) { return std::to_string(c.audit_days.count()); },
       "365",
       {same("1"), same("30"), same("365000")},
       and_no_number({"0", "365001"})},
      {"WX_APPID",
       [](const AllSettings& c) { return c.weixin.appid; },
       "wx1",
       {same("wx2")},
       no_text},
      {"WX_API_BASE",
       [](const AllSettings& c) { return c.weixin.api_base; },
       "https://api.weixin.qq.com",
       {same("http://127.0.0.1:8081"),
        same("https://sh.api.weixin.qq.com"),
        {"https://a.example/", "https://a.example"},
        {"https://a.example//", "https://a.example"}},
       {"api.weixin.qq.com", "ftp://a", "https:", "https://", "http:///x", "HTTPS", "https://a b",
        "https://a?x", "https://a#x", "https://u@a", "https://a\"", "https://a<", "https://a\\b",
        "https://a\r\n", "/", "file:///etc/passwd", " https://a"}},
      {"WX_CA_FILE",
       [](const AllSettings& c) { return c.weixin.ca_file; },
       "",
       {},
       {"/nonexistent", "/dev/null", "/tmp", "a\nb"}},
      {"WX_JS_URL",
       [](const AllSettings& c) { return c.weixin.js_url; },
       "https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js",
       {same("http://127.0.0.1:8081/wxLogin.js")},
       {"wxLogin.js", "//res.wx.qq.com/a.js", "javascript:alert(1)", "data:text/javascript,x",
        "https://a/b.js?c", "https://a/'b.js", "https://a/b.js\"", "https://a/b.js;x"}},
      {"WX_TIMEOUT_MS",
       [](const AllSettings& c) { return std::to_string(c.weixin.timeout.count()); },
       "5000",
       {same("100"), same("60000")},
       and_no_number({"0", "99", "60001"})},
      {"MYSQL_HOST",
       [](const AllSettings& c) { return list_of(c.mysql.servers); },
       "127.0.0.1:3306",
       {{"db.example", "db.example:3306"},
        {"::1", "[::1]:3306"},
        {"[::1]", "[::1]:3306"},
        {"a,b:3307, [fe80::1]:3308", "a:3306,b:3307,[fe80::1]:3308"}},
       hosts_refused},
      {"MYSQL_READER_HOST",
       [](const AllSettings& c) { return list_of(c.mysql.readers); },
       "",
       {{"r1,r2:3307", "r1:3306,r2:3307"}},
       hosts_refused},
      {"MYSQL_TLS",
       [](const AllSettings& c) {
         return std::vector<std::string>{"", "preferred", "required",
                                         "verify"}[static_cast<std::size_t>(c.mysql.tls)];
       },
       "",
       {same("preferred"), same("required"), same("verify")},
       {"1", "VERIFY", "verify ", "none"}},
      {"MYSQL_CA_FILE",
       [](const AllSettings& c) { return c.mysql.ca_file; },
       "",
       {},
       {"/nonexistent", "/dev/null", "a\nb"}},
      {"MYSQL_PORT",
       [](const AllSettings& c) { return std::to_string(c.mysql.servers[0].port); },
       "3306",
       {same("1"), same("65535")},
       and_no_number({"0", "65536"})},
      {"MYSQL_SOCKET",
       [](const AllSettings& c) { return c.mysql.servers[0].socket; },
       "",
       {same("/run/my sql.sock")},
       no_text},
      {"MYSQL_USER",
       [](const AllSettings& c) { return c.mysql.user; },
       "scanlogin",
       {same("app")},
       no_text},
      {"MYSQL_DATABASE",
       [](const AllSettings& c) { return c.mysql.database; },
       "scanlogin",
       {same("site")},
       no_text},
      {"REDIS_HOST",
       [](const AllSettings& c) { return to_text(c.redis.address); },
       "127.0.0.1:6379",
       {{"cache.example", "cache.example:6379"}, {"[::1]:7000", "[::1]:7000"}},
       [&] {
         std::vector<std::string> refused = hosts_refused;
         refused.push_back("a,b");
         return refused;
       }()},
      {"REDIS_CLUSTER",
       [](const AllSettings& c) { return std::string(c.redis.cluster ? "1" : "0"); },
       "0",
       {same("0"), same("1")},
       and_no_number({"2", "yes"})},
      {"REDIS_WAIT_REPLICAS",
       [](const AllSettings& c) { return std::to_string(c.redis.wait_replicas); },
       "0",
       {same("0"), same("1"), same("16")},
       and_no_number({"17"})},
      {"REDIS_TLS",
       [](const AllSettings& c) { return std::string(c.redis.tls ? "1" : "0"); },
       "0",
#ifdef SCANLOGIN_REDIS_TLS
       {same("0"), same("1")},
       and_no_number({"2", "yes"})},
#else
       {same("0")},
       and_no_number({"1", "2", "yes"})},
#endif
      {"REDIS_PORT",
       [](const AllSettings& c) { return std::to_string(c.redis.address.port); },
       "6379",
       {same("1"), same("65535")},
       and_no_number({"0", "65536"})},
      {"REDIS_SOCKET",
       [](const AllSettings& c) { return c.redis.address.socket; },
       "",
       {same("/run/redis.sock")},
       no_text},
      {"REDIS_DB",
       [](const AllSettings& c) { return std::to_string(c.redis.db); },
       "0",
       {same("0"), same("15"), same("65535")},
       and_no_number({"65536"})},
      {"FCGI_WEB_SERVER_ADDRS",
       [](const AllSettings& c) {
         std::vector<std::string> all;
         for (const IpAddress& address : c.web_servers) all.push_back(to_text(address));
         return list(all);
       },
       "",
       {same("192.0.2.1"), same("2001:db8::1")},
       {"nginx1", "192.0.2.1/24", "192.0.2.1:80", ","}},
      {"SITE_ORIGIN", [](const AllSettings& c) { return list(c.site_origins); }, "",
       origins_accepted, origins_refused},
      {"CORS_ORIGINS", [](const AllSettings& c) { return list(c.cors_origins); }, "",
       origins_accepted, origins_refused},
      {"LOGIN_URL",
       [](const AllSettings& c) { return c.login_url; },
       "/login/",
       {same("/"), same("/login.html"), same("/a//b/~c-d_e@f+g/")},
       {"login/", "//a.example/", "/\\a.example/", "/a b", "/a?b", "/a#b", "/%2e", "/a;b", "/登录/",
        "/a\r\nX: y", "https://a.example/", "javascript:x"}},
      {"REQUIRE_BOUND_LOGIN",
       [](const AllSettings& c) { return std::string(c.require_bound_login ? "1" : "0"); },
       "0",
       {same("0"), same("1")},
       and_no_number({"2", "yes", "true"})},
      {"FRAME_ANCESTORS",
       [](const AllSettings& c) { return c.frame_ancestors; },
       "'self'",
       {same("'none'"), same("'self' https://a.example https://*.b.example:8443")},
       {";", "'self'; script-src *", "a,b", "\"", "<", ">", " ", "   ", "'self'\r\nX: y", "\x7f",
        "https://张.example", "\xff"}},
      {"TEMPLATE_DIR",
       [](const AllSettings& c) { return c.template_dir; },
       "/etc/scanlogin/templates:/usr/local/share/scanlogin/templates",
       {same("/srv/my templates"), same("templates"), same("/a:/b:/c")},
       no_text},
      {"WORKER_THREADS",
       [](const AllSettings& c) { return std::to_string(c.worker_threads); },
       "256",
       {same("1"), same("1024")},
       and_no_number({"0", "1025"})},
      {"CURRENT_CACHE_ENTRIES",
       [](const AllSettings& c) { return std::to_string(c.current_cache_entries); },
       "200000",
       {same("0"), same("10000000")},
       and_no_number({"10000001"})},
      {"PROFILE_TRUST_S",
       [](const AllSettings& c) { return std::to_string(c.profile_trust.count()); },
       "5",
       {same("0"), same("3600")},
       and_no_number({"3601"})},
      {"LOG_LEVEL",
       [](const AllSettings& c) { return text(c.log_level); },
       "info",
       {same("debug"), same("info"), same("warning"), same("error")},
       {"Info", "warn", "trace", "0", " info", "info "}},
      {"LOG_FORMAT",
       [](const AllSettings& c) { return c.log_format == LogFormat::json ? "json" : "text"; },
       "text",
       {same("text"), same("json")},
       {"JSON", "xml", "0", " json", "text "}},
  };
}

TEST(Config, EachVariableHasItsDefault) {
  for (const Variable& variable : variables()) {
    EXPECT_EQ(variable.show(read(with({}))), variable.fallback) << variable.name;
  }
  EXPECT_EQ(read(with({})).mysql.password, "");
  EXPECT_EQ(read(with({})).redis.password, "");
}

TEST(Config, EachVariableIsTakenFromTheEnvironment) {
  for (const Variable& variable : variables()) {
    for (const auto& [value, shown] : variable.accepted) {
      EXPECT_EQ(join(faults_of(with({{variable.name, value}}))), "")
          << variable.name << "=" << value;
      EXPECT_EQ(variable.show(read(with({{variable.name, value}}))), shown) << variable.name;
    }
  }
}

TEST(Config, AWrongValueIsOneFaultThatBeginsWithTheVariablesName) {
  for (const Variable& variable : variables()) {
    for (const std::string& value : variable.refused) {
      const std::vector<std::string> faults = faults_of(with({{variable.name, value}}));
      EXPECT_EQ(faults.size(), 1U) << variable.name << "=" << value << " gave" << join(faults);
      if (faults.empty()) continue;
      EXPECT_EQ(faults[0].substr(0, variable.name.size() + 1), variable.name + " ");
    }
  }
}

TEST(Config, AVariableSetToNothingCountsAsNotSet) {
  Variables nothing = with({});
  for (const Variable& variable : variables()) {
    if (variable.name != "WX_APPID") nothing[variable.name] = "";
  }
  for (const char* name : {"SECRET_KEY_FALLBACKS", "MYSQL_PASSWORD", "REDIS_PASSWORD",
                           "SECRET_KEY_FILE", "WX_SECRET_FILE", "MYSQL_PASSWORD_FILE"}) {
    nothing[name] = "";
  }
  EXPECT_EQ(join(faults_of(nothing)), "");
  for (const Variable& variable : variables()) {
    EXPECT_EQ(variable.show(read(nothing)), variable.fallback) << variable.name;
  }
}

TEST(Config, ARangeIsNamedInItsFault) {
  EXPECT_EQ(join(faults_of(with({{"MYSQL_PORT", "0"}, {"WX_TIMEOUT_MS", "99"}}))),
            "\n  MYSQL_PORT must be a whole number from 1 to 65535"
            "\n  WX_TIMEOUT_MS must be a whole number from 100 to 60000");
}

TEST(Config, AListOfOriginsHasAFaultForEachThatIsNone) {
  EXPECT_EQ(join(faults_of(with({{"CORS_ORIGINS", "*, https://a https://b/c https://A"}}))),
            "\n  CORS_ORIGINS lists *, which is not a scheme and a host like https://example.com"
            "\n  CORS_ORIGINS lists https://b/c, which is not a scheme and a host like "
            "https://example.com"
            "\n  CORS_ORIGINS lists https://a twice");
  EXPECT_EQ(join(faults_of(with({{"SITE_ORIGIN", " "}}))), "\n  SITE_ORIGIN lists no origin");
}

TEST(Config, AllFaultsAreReportedAtOnce) {
  Variables wrong;
  for (const Variable& variable : variables()) wrong[variable.name] = variable.refused[0];
  wrong["SECRET_KEY"] = "short";
  wrong["SECRET_KEY_FALLBACKS"] = "short";
  wrong["WX_SECRET_FILE"] = "/nonexistent";
  wrong["MYSQL_PASSWORD"] = "\n";
  const std::string faults = join(faults_of(wrong));
  for (const auto& [name, value] : wrong) {
    EXPECT_NE(faults.find("\n  " + name + " "), std::string::npos)
        << name << " is not in" << faults;
  }
}

TEST(Config, TheErrorsTextIsAllFaultsOnOneLine) {
  try {
    read(with({{"MYSQL_PORT", "0"}, {"LOG_LEVEL", "x"}}));
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(
        error.what(),
        "MYSQL_PORT must be a whole number from 1 to 65535; LOG_LEVEL must be debug, info, "
        "warning or error");
  }
}

TEST(Config, WhatOneProgramNeedsIsReadForThatOneAlone) {
  const auto config_alone = [](const Variables& variables) {
    return join(faults_in([&] { read_config(environment(variables)); }));
  };
  EXPECT_EQ(config_alone({{"SECRET_KEY", kKey}}), "");
  EXPECT_EQ(config_alone(with({{"WX_API_BASE", "no url"}, {"WX_TIMEOUT_MS", "x"}})), "");

  const std::vector<std::string> faults = faults_of({{"SECRET_KEY", kKey}});
  ASSERT_EQ(faults.size(), 2U) << join(faults);
  EXPECT_TRUE(faults[0].starts_with("WX_APPID is not set")) << faults[0];
  EXPECT_TRUE(faults[1].starts_with("WX_SECRET is not set")) << faults[1];
  EXPECT_EQ(read(with({})).weixin.secret, "s3cret");
}

TEST(Config, FaultsOfBothAreToldTogether) {
  EXPECT_EQ(faults_of(with({{"WX_TIMEOUT_MS", "x"}, {"LOG_LEVEL", "x"}})).size(), 2U);
}

TEST(Config, AFaultThatIsFoundTwiceIsToldOnce) {
  const Variables twice = {
      {"PROVIDERS", "mp"}, {"MP_APPID", "a"}, {"MP_SECRET", "b"}, {"WX_TIMEOUT_MS", "x"}};
  EXPECT_EQ(faults_of(with(twice)),
            std::vector<std::string>{"WX_TIMEOUT_MS must be a whole number from 100 to 60000"});
}

TEST(Config, HasTheProvidersByTheirNames) {
  EXPECT_EQ(read(with({})).providers, std::vector<std::string>{"wx"});
  EXPECT_EQ(faults_of(with({{"PROVIDERS", " , "}})),
            std::vector<std::string>{"PROVIDERS names no provider"});
}

TEST(Config, ServersHaveThePortThatIsGivenForThose) {
  const AllSettings all = read(with({{"MYSQL_HOST", "a,b:1"}, {"MYSQL_PORT", "3307"}}));
  EXPECT_EQ(list_of(all.mysql.servers), "a:3307,b:1");
  EXPECT_EQ(list_of(read(with({{"MYSQL_SOCKET", "/s"}, {"MYSQL_HOST", "a,b"}})).mysql.servers),
            "/s");
}

TEST(Config, SentinelsNeedTheMastersName) {
  const AllSettings all = read(with({{"REDIS_SENTINELS", "a,b:1"}, {"REDIS_MASTER_NAME", "m"}}));
  EXPECT_EQ(list_of(all.redis.sentinels), "a:26379,b:1");
  EXPECT_EQ(all.redis.master_name, "m");
  EXPECT_EQ(join(faults_of(with({{"REDIS_SENTINELS", "a"}}))),
            "\n  REDIS_MASTER_NAME is not set: the Sentinels know masters by names");
  EXPECT_EQ(join(faults_of(with({{"REDIS_MASTER_NAME", "m"}}))),
            "\n  REDIS_MASTER_NAME means nothing without REDIS_SENTINELS");
}

TEST(Config, WhatExcludesOneAnotherIsAFault) {
  const Variables sentinel = {{"REDIS_SENTINELS", "a"}, {"REDIS_MASTER_NAME", "m"}};
  const auto beside = [&](Variables more) {
    more.merge(Variables(sentinel));
    return faults_of(with(more)).size();
  };
  EXPECT_EQ(beside({}), 0U);
  EXPECT_EQ(beside({{"REDIS_CLUSTER", "1"}}), 1U);
  EXPECT_EQ(beside({{"REDIS_SOCKET", "/s"}}), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_CLUSTER", "1"}, {"REDIS_DB", "1"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_USER", "u"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_TLS", "1"}, {"REDIS_SOCKET", "/s"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_CERT_FILE", "/c"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_CERT_FILE", "/c"}, {"REDIS_KEY_FILE", "/k"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"REDIS_SENTINEL_PASSWORD", "p"}})).size(), 1U);
  EXPECT_EQ(faults_of(with({{"MYSQL_TLS", "required"}, {"MYSQL_CA_FILE", "/c"}})).size(), 1U);
}

}  // namespace
}  // namespace scanlogin
