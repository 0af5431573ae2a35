#pragma once

#include <string>

#include "server/response.h"

namespace scanlogin {

// 200, an HTML page for another page's frame, not to be stored by any cache. It may hold <style>
// elements and show pictures of this site, and nothing else: no script, no style attribute, no
// frame, no form (CSP Level 3; each <style> is allowed by its hash, section 6.7.3.3); page_faults()
// says what of a page breaks with that. Only frame_ancestors may frame it: sources as CSP's
// frame-ancestors lists them (section 6.4.2), and the nearest X-Frame-Options has (RFC 7034) for
// browsers that know no better. It sends no referrer: its own URL holds the code.
Response html_page(std::string html, const std::string& frame_ancestors);

}  // namespace scanlogin
