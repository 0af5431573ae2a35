#!/bin/bash
# One journey with every endpoint under valgrind's memcheck: no use of memory that is not there or was never written,
# nothing lost that was allocated. An endpoint with a finding ends with 97, which setup.bash does not take for a good end.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/bound.bash"

# shellcheck disable=SC2034 # both for stack.sh
ENDPOINT_UNDER=("$(command -v valgrind)" --quiet --error-exitcode=97 --leak-check=full '--show-leak-kinds=definite,indirect'
  '--errors-for-leak-kinds=definite,indirect' --num-callers=30)
setting WX_TIMEOUT_MS=30000
start_stack

it "a login that is bound to the browser, another device, a refusal"
become_admin
for browser in phone laptop; do bound_login $browser "$(code person=one)"; done
begin laptop
callback laptop "$uuid"
ask laptop "$uuid"
assert_json .code login-refused

it "WeChat fails, and refuses"
for directive in status=500.times=1 broken.times=1 userinfo-html.userinfo-times=1; do
  uuid=$(new_uuid)
  scan "$uuid" "$(code "$directive")"
  poll "$uuid"
  assert_weixin_unavailable
  poll "$uuid"
  assert_logged_in
done
uuid=$(new_uuid)
scan "$uuid" "$(code errcode=40029)"
poll "$uuid"
assert_refused 40029

it "who is logged in, from memory too; a bad token; a logout"
for _ in 1 2 3; do
  current "$token"
  assert_status 200
done
for bad in x a.b.c "$token." "${token%?}"; do
  current "$bad"
  assert_denied token认证失败
done
logout "$token"
assert_logged_out
current "$token"
assert_denied 无效的token

it "all that an admin does"
for path in 'users/?q=o6&ordering=-last_login&limit=1' 'users/?format=csv' users/1/ oauths/ audit/ 'audit/?cursor=x'; do
  admin GET "$path"
done
admin GET users/2/
version=$(header ETag)
admin PATCH users/2/ -H "If-Match: $version" --data-binary '{"nickname":"新的","gender":"男"}'
assert_status 200
admin PATCH users/2/ -H "If-Match: $version" --data-binary '{"nickname":7'
admin POST users/2/logout/
assert_status 200
admin GET users/2/
admin DELETE users/2/ -H "If-Match: $(header ETag)" --data-binary "{\"confirm\":\"$(jq -r .data.username "$body_file")\"}"
assert_status 200

it "Redis and MariaDB are away and come back"
log_in "$(code)"
endpoint_kill redis
current "$token"
assert_unavailable
redis_start || fail "no Redis"
endpoint_kill mysql
uuid=$(new_uuid)
scan "$uuid" "$(code)"
poll "$uuid"
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
poll "$uuid"
assert_logged_in
