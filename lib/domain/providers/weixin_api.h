#pragma once

#include <initializer_list>
#include <string>

#include "clients/http_client.h"
#include "domain/providers/provider_calls.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin::weixin {

// WeChat's API, as one app asks it. Used from any thread.
class Api {
 public:
  // connections: to WeChat, at a time. calls: what ask() will be given.
  Api(const Settings& settings, int connections, std::initializer_list<const char*> calls);

  // What `parse` reads in the body of a reply: a variant with a Refusal. WeChat answers every call
  // with status 200, refusals too: any other is Error(upstream), as is all that keeps a reply from
  // coming. call: what the log and the metrics call it.
  template <class Parse>
  auto ask(const char* call, const std::string& path_and_query, const Parse& parse) {
    return calls_.counted(call, [&] { return parse(get(path_and_query)); });
  }

 private:
  std::string get(const std::string& path_and_query);

  ProviderCalls calls_;
  const std::string base_;
  HttpClient http_;
};

}  // namespace scanlogin::weixin
