#include "people.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/utf8.h"
#include "server/template.h"

namespace scanlogin::sandbox {
namespace {

struct OnPage {
  std::string_view id;
  std::string_view nickname;
  std::string_view colour;  // of the picture; empty: no picture
};

constexpr std::array kOnPage = {
    OnPage{"zhangsan", "张三", "#2b7de9"},
    OnPage{"lisi", "李四", "#d9534f"},
    OnPage{"panda", "🐼小明👨‍👩‍👧", "#3a8f5c"},
    OnPage{"nobody", "没有头像的人", ""},
};

const OnPage* find(std::string_view id) {
  const auto* found = std::find_if(kOnPage.begin(), kOnPage.end(),
                                   [id](const OnPage& someone) { return someone.id == id; });
  return found == kOnPage.end() ? nullptr : found;
}

std::string identity(std::string_view prefix, std::string_view kind, std::string_view id) {
  return std::string(prefix) +
         sha256_hex(std::string(kind) + ":" + std::string(id)).substr(0, 28 - prefix.size());
}

}  // namespace

Person person(std::string_view id, std::string_view origin) {
  const std::string path = "/mmopen/vi_32/" + std::string(id) + "/132";
  const OnPage* known = find(id);
  if (known == nullptr) return {"用户" + std::string(id), "https://thirdwx.qlogo.cn" + path};
  return {std::string(known->nickname),
          known->colour.empty() ? std::string() : std::string(origin) + path};
}

std::string openid_of(std::string_view id) { return identity("o6_", "openid", id); }

std::string openid_at(std::string_view beginning, const std::string& openid) {
  constexpr std::string_view kWebsite = "o6_";
  if (!openid.starts_with(kWebsite)) return openid;
  return std::string(beginning).append(openid, kWebsite.size());
}

std::string unionid_of(std::string_view id) { return identity("o6-", "unionid", id); }

std::string picture_of(std::string_view id) {
  const OnPage* known = find(id);
  if (known == nullptr || known->colour.empty()) return {};
  static const Template svg(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 132 132\">"
      "<rect width=\"132\" height=\"132\" fill=\"{{colour}}\"/><text x=\"66\" y=\"88\" "
      "font-size=\"64\" font-family=\"sans-serif\" text-anchor=\"middle\" fill=\"#fff\">"
      "{{initial}}</text></svg>\n");
  return svg.render({{"colour", known->colour}, {"initial", utf8_cut(known->nickname, 1)}});
}

}  // namespace scanlogin::sandbox
