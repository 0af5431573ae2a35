#!/bin/bash
# A login from the page that shows WeChat's QR code to the logout, as a person's browser goes through it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

# show_code UUID: WeChat's page with the QR code, as wxLogin.js asks for it.
show_code() {
  sandbox "/connect/qrconnect?appid=wx0123456789abcdef&scope=snsapi_login&state=$1&login_type=jssdk&self_redirect=true\
&redirect_uri=http%3A%2F%2Flocalhost%2Fapi%2Fuser%2Flogin%2Fwx%2Fcallback%2F"
  assert_status 200
}
# click TEXT: follows the link of WeChat's page that has this text, and the redirect that it leads to.
click() {
  local href location
  href=$(sed -n "s/.*href=\"\([^\"]*\)\">$1.*/\1/p" "$body_file" | sed 's/&amp;/\&/g')
  [[ -n $href ]] || fail "no link $1"
  sandbox "/connect/$href"
  assert_status 302
  location=$(header Location)
  assert_contains "where it leads" "http://localhost$CALLBACK?" "$location"
  api GET "${location#http://localhost}"
}
# scan_as UUID TEXT: the whole scan.
scan_as() {
  show_code "$1"
  click "$2"
  assert_page 微信登录成功
  assert_contains "the policy" "; frame-ancestors 'self'" "$(header Content-Security-Policy)"
  assert_header X-Frame-Options SAMEORIGIN
}

it "somebody scans, and is logged in"
first=$(new_uuid)
poll "$first"
assert_nothing_scanned
scan_as "$first" 张三
poll "$first"
assert_logged_in
phone=$token
poll "$first"
assert_nothing_scanned

it "the token shows who that is"
current "$phone"
assert_status 200
assert_json '.data | keys_unsorted' '["id","username","nickname","avatar_url","gender","phone_number"]'
assert_json 'del(.data.id, .data.username, .data.avatar_url)' \
  '{"code":200,"data":{"nickname":"张三","gender":"","phone_number":""}}'
assert_json '.data.username | test("^user_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")' true
assert_json '.data.avatar_url | startswith("http")' true
zhangsan=$body

it "the payload names the user, as the module before it did"
assert_eq payload "$(jq -c '[.data.id, .data.username]' <<< "$zhangsan")" "$(part 2 "$phone" | jq -c '[.id, .username]')"

it "a login on a second device ends the first one's, and is the same user"
second=$(new_uuid)
scan_as "$second" 张三
poll "$second"
assert_logged_in
laptop=$token
current "$phone"
assert_denied 无效的token
logout "$phone"
assert_denied 无效的token
current "$laptop"
assert_status 200
assert_body "$zhangsan"

it "somebody else is somebody else, and logs nobody out"
other=$(new_uuid)
scan_as "$other" 李四
poll "$other"
assert_logged_in
lisi=$token
current "$lisi"
assert_status 200
assert_json .data.nickname 李四
assert_eq "users" 2 "$(mysql_q 'SELECT COUNT(*) FROM user_user')"
assert_eq "the first one still" 200 "$(status_of "$laptop")"

it "a logout ends the session at once"
logout "$laptop"
assert_logged_out
current "$laptop"
assert_denied 无效的token
logout "$laptop"
assert_denied 无效的token
assert_eq "the other one still" 200 "$(status_of "$lisi")"

it "emoji arrive as they are, and a person without a picture and without a unionid logs in"
for person in 🐼小明 没有头像的人; do
  uuid=$(new_uuid)
  scan_as "$uuid" "$person"
  poll "$uuid"
  assert_logged_in
  current "$token"
  assert_status 200
  assert_contains nickname "$person" "$(jq -r .data.nickname <<< "$body")"
done
assert_json .data.avatar_url ''

it "somebody refuses: the callback says that the code is missing, and the poll finds nothing"
uuid=$(new_uuid)
show_code "$uuid"
click 取消
assert_status 200
assert_body '{"code":"params-error","msg":"缺少参数 code"}'
poll "$uuid"
assert_nothing_scanned

it "... and can then still scan"
scan_as "$uuid" 张三
poll "$uuid"
assert_logged_in

it "a code that arrives twice logs in once"
code=$(code)
uuid=$(new_uuid)
scan "$uuid" "$code"
scan "$uuid" "$code"
poll "$uuid"
assert_logged_in
poll "$uuid"
assert_nothing_scanned
assert_calls "$code" 1 1

it "... and arriving once more afterwards it is refused by WeChat, once, and ends no session"
scan "$uuid" "$code"
poll "$uuid"
assert_refused 40163 'code been used'
poll "$uuid"
assert_nothing_scanned
assert_eq "the session" 200 "$(status_of "$token")"

it "what WeChat's page offers for its failures ends as it says"
uuid=$(new_uuid)
show_code "$uuid"
click 'code 无效'
poll "$uuid"
assert_refused 40029 'invalid code'
poll "$uuid"
assert_nothing_scanned
show_code "$uuid"
click 系统繁忙
poll "$uuid"
assert_refused -1 'system error'
poll "$uuid"
assert_nothing_scanned
show_code "$uuid"
click 前三次
for _ in 1 2 3; do
  poll "$uuid"
  assert_weixin_unavailable
done
poll "$uuid"
assert_logged_in
show_code "$uuid"
click 虚拟访客
poll "$uuid"
assert_status 200
assert_body '{"code":"snapshot-user","msg":"微信未提供真实身份，请重新扫码"}'
poll "$uuid"
assert_nothing_scanned

it "a banned user gets no token, and the old one is of no use"
log_in "$(code person=banned)"
mysql_q "UPDATE user_user SET is_active = 0 WHERE nickname = '用户banned'"
current "$token"
assert_denied 用户已被禁用
uuid=$(new_uuid)
scan "$uuid" "$(code person=banned)"
poll "$uuid"
assert_status 200
assert_body '{"code":1001,"msg":"用户已被禁用"}'
poll "$uuid"
assert_nothing_scanned
assert_eq "users without an identity" 0 "$(half_users)"
