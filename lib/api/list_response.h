#pragma once

#include <functional>
#include <string>

#include "clients/mysql.h"
#include "domain/lists/listing.h"
#include "server/response.h"

namespace scanlogin {

// 200 {"code":200,"data":{"items":[…],"next":…}}; `next` is the cursor for the part that follows,
// null if there is none. With format=csv all rows, streamed, as a file of that name; `failed` is
// told what has cut it short.
Response list_response(mysql::Client& mysql, const Listing& listing, const ListQuery& query,
                       const std::string& file, std::function<void(const char*)> failed);

}  // namespace scanlogin
