#include "api/cors.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace scanlogin {
namespace {

constexpr const char* kApp = "https://app.example";
constexpr const char* kDev = "http://localhost:5173";
constexpr const char* kUnlisted[] = {"https://evil.example",
                                     "https://app.example.evil.example",
                                     "https://evilapp.example",
                                     "https://www.app.example",
                                     "http://app.example",
                                     "https://app.example:8443",
                                     "https://app.example:443",
                                     "https://App.example",
                                     "https://app.example/",
                                     "https://app.example.",
                                     "https://app.example https://app.example",
                                     "https://app.example, https://app.example",
                                     "http://localhost",
                                     "https://localhost:5173",
                                     "null",
                                     "*",
                                     ""};

Config config(const std::string& token_cookie = "") {
  Config config;
  config.cors_origins = {kApp, kDev};
  config.token_cookie = token_cookie;
  return config;
}

Request request(const std::string& method, const std::string& origin,
                const std::string& wanted_method = "") {
  std::vector<Parameter> parameters = {{"REQUEST_METHOD", method}, {"HTTP_ORIGIN", origin}};
  if (!wanted_method.empty()) {
    parameters.emplace_back("HTTP_ACCESS_CONTROL_REQUEST_METHOD", wanted_method);
  }
  return Request(std::move(parameters), "");
}

Methods get_and_delete(const Request&) {
  Methods methods;
  methods.add("GET");
  methods.add("DELETE");
  return methods;
}

// A line for each header.
std::string headers_of(const Response& response) {
  std::string lines;
  for (const auto& [name, value] : response.headers) lines += name + ": " + value + "\n";
  return lines;
}

std::string allowed(const Config& settings, const std::string& origin) {
  Response response;
  Cors(settings).allow(request("GET", origin), response);
  return headers_of(response);
}

TEST(Cors, AListedOriginMayReadAResponse) {
  for (const std::string origin : {kApp, kDev}) {
    EXPECT_EQ(allowed(config(), origin), "Access-Control-Allow-Origin: " + origin +
                                             "\n"
                                             "Vary: Origin\n"
                                             "Access-Control-Expose-Headers: ETag, Retry-After\n");
  }
}

TEST(Cors, TheBrowserMaySendItsCookieWhereThereIsOne) {
  EXPECT_EQ(allowed(config("session"), kApp),
            "Access-Control-Allow-Origin: https://app.example\n"
            "Vary: Origin\n"
            "Access-Control-Allow-Credentials: true\n"
            "Access-Control-Expose-Headers: ETag, Retry-After\n");
}

TEST(Cors, ThereIsNothingForAnybodyElse) {
  for (const char* origin : kUnlisted) {
    EXPECT_EQ(allowed(config("session"), origin), "") << origin;
    EXPECT_FALSE(
        Cors(config("session")).preflight(request("OPTIONS", origin, "GET"), get_and_delete))
        << origin;
  }
  EXPECT_EQ(allowed(Config(), kApp), "");
  EXPECT_EQ(allowed(Config(), ""), "");
  EXPECT_FALSE(Cors(Config()).preflight(request("OPTIONS", kApp, "GET"), get_and_delete));
}

TEST(Cors, AnOriginSentTwiceIsNone) {
  const Request twice({{"HTTP_ORIGIN", kApp}, {"HTTP_ORIGIN", kApp}}, "");
  Response response;
  Cors(config()).allow(twice, response);
  EXPECT_EQ(headers_of(response), "");
}

TEST(Cors, APreflightIsToldTheMethodsOfThePath) {
  const auto preflight =
      Cors(config("session")).preflight(request("OPTIONS", kApp, "PUT"), get_and_delete);
  ASSERT_TRUE(preflight);
  EXPECT_EQ(preflight->status, 204);
  EXPECT_EQ(preflight->body, "");
  EXPECT_EQ(headers_of(*preflight),
            "Access-Control-Allow-Origin: https://app.example\n"
            "Vary: Origin\n"
            "Access-Control-Allow-Credentials: true\n"
            "Access-Control-Allow-Methods: GET, HEAD, DELETE\n"
            "Access-Control-Allow-Headers: IDTOKEN, Authorization, Content-Type, If-Match\n"
            "Access-Control-Max-Age: 600\n");
}

TEST(Cors, NoOtherRequestIsAPreflight) {
  const Cors cors(config());
  EXPECT_FALSE(cors.preflight(request("OPTIONS", kApp), get_and_delete));
  EXPECT_FALSE(cors.preflight(request("options", kApp, "GET"), get_and_delete));
  for (const char* method : {"GET", "HEAD", "POST", "DELETE"}) {
    EXPECT_FALSE(cors.preflight(request(method, kApp, "GET"), get_and_delete)) << method;
  }
  EXPECT_FALSE(cors.preflight(request("OPTIONS", kApp, "GET"), [](const Request&) {
    return Methods();
  })) << "a path that is not there";
}

}  // namespace
}  // namespace scanlogin
