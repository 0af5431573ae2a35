#!/bin/bash
# POST /api/user/logout/ — ends the session of the token it comes with, and no other. The refusals that it shares with
# `current` are in http: tokens.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack
DONE='200 {"code":200,"msg":"登出成功"}'

it "a logout is told, whole, and the token is dead at once"
for path in /api/user/logout/ /api/user/logout; do
  log_in "$(code person=a)"
  current "$token"
  assert_status 200
  api POST $path -H "IDTOKEN: $token"
  assert_eq "the reply to $path" "$DONE" "$status $body"
  assert_json_headers
  assert_no_header WWW-Authenticate
  current "$token"
  assert_denied 无效的token "the token of before"
  assert_eq "his sessions" 0 "$(redis_q HLEN "userToken_$user")"
done

it "a second logout with it is refused"
logout "$token"
assert_denied 无效的token
assert_json_headers

it "dead at once, each time"
for _ in {1..20}; do
  log_in "$(code person=a)"
  logout "$token"
  current "$token"
  assert_denied 无效的token
done

it "straight to the endpoint it is the same"
log_in "$(code person=a)"
direct logout POST '' "$token"
assert_eq reply "$DONE" "$status $body"
assert_json_headers
direct logout POST '' "$token"
assert_denied 无效的token

it "a newer login is not ended by the logout of an older token"
log_in "$(code person=a)"
older=$token
log_in "$(code person=a)"
logout "$older"
assert_denied 无效的token
current "$token"
assert_status 200

it "nor by one that was good when it was asked: only its own field goes"
redis_q HSET "userToken_$user" "$(sha256 "$older")" '{}' > /dev/null
logout "$older"
assert_eq reply "$DONE" "$status $body"
assert_eq "the sessions" "$(sha256 "$token")" "$(redis_q HKEYS "userToken_$user")"
current "$token"
assert_status 200

it "others stay logged in"
a=$token
log_in "$(code person=b)"
logout "$a"
assert_eq reply "$DONE" "$status $body"
current "$token"
assert_status 200

it "a body of any kind, up to what nginx takes, is ignored"
printf '%060000d' 0 > "$test_dir/body-of-60000"
for data in '' '{"all":true}' $'IDTOKEN=x&\x01' "@$test_dir/body-of-60000"; do
  log_in "$(code person=b)"
  api POST /api/user/logout/ -H "IDTOKEN: $token" --data-binary "$data"
  assert_eq "the reply to ${data:0:20}" "$DONE" "$status $body"
done

it "a query is ignored"
log_in "$(code person=b)"
api POST '/api/user/logout/?uuid=%00&IDTOKEN=x' -H "IDTOKEN: $token"
assert_eq reply "$DONE" "$status $body"

it "without a token it is refused"
logout
assert_denied token认证失败
assert_json_headers
direct logout POST ''
assert_denied token认证失败

it "a banned user cannot log out, and is told so"
log_in "$(code person=banned)"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
logout "$token"
assert_denied 用户已被禁用
current "$token"
assert_denied 用户已被禁用

it "a user whose account is deleted has no token"
log_in "$(code person=deleted)"
mysql_q "DELETE FROM user_user WHERE id = $user"
logout "$token"
assert_denied 无效的token
current "$token"
assert_denied 无效的token

it "only POST logs out"
log_in "$(code person=b)"
for method in GET HEAD PUT DELETE; do
  api $method /api/user/logout/ -H "IDTOKEN: $token"
  assert_status 405
done
current "$token"
assert_status 200
