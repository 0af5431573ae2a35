#pragma once

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "domain/providers/provider.h"
#include "unit/all_settings.h"
#include "unit/http_stand_in.h"

namespace scanlogin::weixin {

// One of WeChat's ways in, whose API answers each path with what the test says.
template <class Way>
class Played {
 public:
  // read: of the app's settings, which are PREFIX_APPID and PREFIX_SECRET.
  Played(const std::string& prefix, Settings (*read)(SettingsReader&))
      : way_(settings(prefix, read), 2) {}

  Way& operator*() { return way_; }
  Way* operator->() { return &way_; }

  void answer(const std::string& path, const std::string& body, int status = 200) {
    const std::lock_guard lock(mutex_);
    answers_[path] = {.status = status, .body = body};
  }
  // Paths and queries, in the order in which they were asked.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  Settings settings(const std::string& prefix, Settings (*read)(SettingsReader&)) {
    const Environment environment =
        scanlogin::environment({{prefix + "_APPID", "the-app"},
                                {prefix + "_SECRET", "the&secret"},
                                {"WX_API_BASE", server_.url()},
                                {"WX_OPEN_BASE", "https://open.example/"}});
    SettingsReader reader(environment);
    Settings settings = read(reader);
    for (const std::string& fault : reader.faults()) ADD_FAILURE() << fault;
    return settings;
  }

  HttpStandIn::Reply handle(const HttpStandIn::Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request.target);
    return answers_[request.target.substr(0, request.target.find('?'))];
  }

  std::mutex mutex_;
  std::map<std::string, HttpStandIn::Reply> answers_;
  std::vector<std::string> asked_;
  HttpStandIn server_{[this](const HttpStandIn::Request& request) { return handle(request); }};
  Way way_;
};

// "TYPE ID" each, the strongest first.
inline std::vector<std::string> identities_in(const Person& person) {
  std::vector<std::string> all;
  for (const auto& [type, id] : person.identities) all.push_back((type + " ").append(id));
  return all;
}

template <class Reply>
std::int64_t errcode_in(const Reply& reply) {
  return std::get<std::int64_t>(std::get<Refusal>(reply).code);
}

template <class Do>
void expect_upstream_error(const Do& action, const std::string& why) {
  try {
    action();
    ADD_FAILURE() << "accepted what should be refused: " << why;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream) << error.what();
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
  }
}

}  // namespace scanlogin::weixin
