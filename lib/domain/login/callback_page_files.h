#pragma once

namespace scanlogin {

// What a browser sees behind the provider's redirect: files of TEMPLATE_DIR.
inline constexpr const char* kSuccessPage = "wx-login-success.html";
inline constexpr const char* kRefusedPage = "wx-login-refused.html";

}  // namespace scanlogin
