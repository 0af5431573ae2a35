#!/bin/bash
# Who may do what: the token, the flag is_staff, one's own flags, superusers.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
log_in "$(code person=target)"
TARGET=$user TARGET_TOKEN=$token
become_admin
IDENTITY=$(mysql_q "SELECT MIN(id) FROM user_oauth WHERE user_id = $TARGET")

every_call() { # COMMAND TOKEN: each call there is, then COMMAND with what was called
  local call
  for call in 'GET users/' 'GET users' "GET users/$TARGET/" "GET users/$TARGET" "PATCH users/$TARGET/" \
    "DELETE users/$TARGET/" "POST users/$TARGET/logout/" "POST users/$TARGET/merge/" 'GET clashes/' 'GET clashes' 'GET oauths/' 'GET oauths' "DELETE oauths/$IDENTITY/?last=1" \
    'GET audit/' 'GET audit' 'GET users/?format=csv' 'GET users/?nonsense=1' 'GET users/0/x'; do
    # shellcheck disable=SC2086 # a method and a path
    admin_as "$2" $call -H 'If-Match: "x"' --data-binary '{"nickname":"x"}'
    "$1" "$call"
  done
}

it "without a good token every call is 401, as current is, and does nothing"
before=$(state)
refused_as_unauthentic() { assert_denied token认证失败 "$1"; }
refused_as_expired() { assert_denied token过期失效 "$1"; }
refused_as_invalid() { assert_denied 无效的token "$1"; }
every_call refused_as_unauthentic ''
every_call refused_as_unauthentic x
every_call refused_as_expired "$(jwt '{"alg":"HS256"}' "{\"id\":$ADMIN_ID,\"exp\":1}")"
every_call refused_as_invalid "$(jwt '{"alg":"HS256"}' "{\"id\":$ADMIN_ID,\"exp\":4102444800}")"
every_call refused_as_unauthentic "$(jwt '{"alg":"HS256"}' "{\"id\":$ADMIN_ID,\"exp\":4102444800}" another-key-of-more-than-32-bytes-here)"

it "a user who is not staff gets 403 from every call, a superuser too, and nothing is done"
every_call assert_forbidden "$TARGET_TOKEN"
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $TARGET"
every_call assert_forbidden "$TARGET_TOKEN"
mysql_q "UPDATE user_user SET is_superuser = 0 WHERE id = $TARGET"
assert_eq "all there is" "$before" "$(state)"

it "the flag counts from the next request on, given and taken away"
for _ in 1 2; do
  mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $TARGET"
  admin_as "$TARGET_TOKEN" GET users/
  assert_status 200
  mysql_q "UPDATE user_user SET is_staff = 0 WHERE id = $TARGET"
  admin_as "$TARGET_TOKEN" GET users/
  assert_forbidden
done
patch "$TARGET" '{"is_staff":true}'
assert_status 200
admin_as "$TARGET_TOKEN" GET audit/
assert_status 200
patch "$TARGET" '{"is_staff":false}'
admin_as "$TARGET_TOKEN" GET audit/
assert_forbidden

it "a staff user who is banned or logged out is no admin"
mysql_q "UPDATE user_user SET is_staff = 1, is_active = 0 WHERE id = $TARGET"
admin_as "$TARGET_TOKEN" GET users/
assert_denied 用户已被禁用
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $TARGET"
logout "$TARGET_TOKEN"
admin_as "$TARGET_TOKEN" GET users/
assert_denied 无效的token
mysql_q "UPDATE user_user SET is_staff = 0 WHERE id = $TARGET"

it "one's own access is not one's own to take away"
before=$(state)
for change in '{"is_staff":false}' '{"is_active":false}' '{"nickname":"x","is_active":false}'; do
  patch "$ADMIN_ID" "$change"
  assert_forbidden "$change"
done
admin DELETE "users/$ADMIN_ID/" -H "If-Match: $(version_of "$ADMIN_ID")" \
  --data-binary "{\"confirm\":\"$(part 2 "$ADMIN" | jq -r .username)\"}"
assert_forbidden "deleting oneself"
assert_eq "all there is" "$before" "$(state)"
patch "$ADMIN_ID" '{"nickname":"me","is_staff":true,"is_active":true}'
assert_json '.data | [.nickname, .is_staff, .is_active]' '["me",true,true]'

it "a superuser is untouched by who is none"
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $TARGET"
before=$(state)
for change in '{"nickname":"x"}' '{"is_active":false}' '{"is_staff":true}'; do
  patch "$TARGET" "$change"
  assert_forbidden "$change"
done
admin POST "users/$TARGET/logout/"
assert_forbidden logout
admin DELETE "users/$TARGET/" -H "If-Match: $(version_of "$TARGET")" \
  --data-binary "{\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $TARGET")\"}"
assert_forbidden delete
admin DELETE "oauths/$IDENTITY/?last=1"
assert_forbidden unlink
assert_eq "all there is" "$before" "$(state)"
admin GET "users/$TARGET/"
assert_json .data.is_superuser true

it "another superuser may do all of it"
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $ADMIN_ID"
patch "$TARGET" '{"nickname":"x","is_staff":true}'
assert_status 200
admin POST "users/$TARGET/logout/"
assert_status 200
admin DELETE "oauths/$IDENTITY/"
assert_status 200
admin DELETE "users/$TARGET/" -H "If-Match: $(version_of "$TARGET")" \
  --data-binary "{\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $TARGET")\"}"
assert_status 200
admin GET "users/$TARGET/"
assert_body '{"code":404,"msg":"用户不存在"}'

it "what is not there is 404, and a method that a path has not 405 with Allow"
for path in users/0/ users/x/ users/-1/ users/1/x/ users/1/logout/x users/1/merge/x clashes/1/ clashes/x users/99999999999999999999/ oauths/1/x/ oauths/x/ audit/1/ audit/x; do
  admin GET $path
  assert_eq "the reply to $path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
  assert_json_headers
done
for call in 'GET users/999999/' 'POST users/999999/logout/'; do
  # shellcheck disable=SC2086 # a method and a path
  admin $call
  assert_eq "the reply to $call" '404 {"code":404,"msg":"用户不存在"}' "$status $body"
done
admin DELETE oauths/999999/
assert_eq reply '404 {"code":404,"msg":"身份不存在"}' "$status $body"
allowed() { # ALLOW CALL
  # shellcheck disable=SC2086 # a method and a path
  admin $2
  assert_eq "the reply to $2" '405 {"code":405,"msg":"请求方法不允许"}' "$status $body"
  assert_header Allow "$1"
}
for method in POST PATCH DELETE; do allowed 'GET, HEAD' "$method users/"; done
allowed 'GET, HEAD, PATCH, DELETE' "POST users/$ADMIN_ID/"
for method in GET PATCH DELETE; do allowed POST "$method users/$ADMIN_ID/logout/"; done
for method in GET PATCH DELETE; do allowed POST "$method users/$ADMIN_ID/merge/"; done
for method in POST PATCH DELETE; do allowed 'GET, HEAD' "$method clashes/"; done
allowed DELETE 'GET oauths/1/'
allowed 'GET, HEAD' 'DELETE oauths/'
