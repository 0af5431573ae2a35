#include "base/entity_tags.h"

#include <gtest/gtest.h>

#include <string>

namespace scanlogin {
namespace {

TEST(EntityTags, AVersionIsNamedStrongWeakOrWithWhatACompressingProxyAdds) {
  for (const char* header :
       {R"("v1")", R"(W/"v1")", R"("v1-gzip")", R"(W/"v1-gzip")", R"("v1--gzip")", R"("v1-br")",
        R"("v1;gzip")", R"(  "v1" )", "v1", R"("v0", "v1")", R"("v0",W/"v1")", R"("a,b", "v1")",
        R"(, ,"v1")", "*", " * "}) {
    const EntityTags tags{std::string_view(header)};
    EXPECT_TRUE(tags.name("v1")) << header;
  }
}

TEST(EntityTags, AnotherVersionIsNot) {
  for (const char* header :
       {R"("v2")", R"("v1x")", R"("-gzip")", R"("v1-gzip-gzip")", R"("V1")", R"("xv1")", R"("v1)",
        R"("v0,v1")", R"("*")", R"(W/"*")", R"("v0", *)"}) {
    EXPECT_FALSE(EntityTags(header).name(header == std::string(R"("v1)") ? "v1\"" : "v1"))
        << header;
  }
}

TEST(EntityTags, WithoutATagNoVersionIsNamed) {
  for (const char* header : {"", " ", ",", " , ,", "W/", R"("")"}) {
    EXPECT_FALSE(EntityTags(header).name("v1")) << '[' << header << ']';
  }
}

}  // namespace
}  // namespace scanlogin
