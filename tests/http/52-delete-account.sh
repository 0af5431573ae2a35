#!/bin/bash
# DELETE /api/user/current/ — a user deletes their own account: what is gone, what stays, and what is refused.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
# shellcheck disable=SC2120 # mostly with the name of whose token it is
delete() { # [BODY] [TOKEN]
  api DELETE /api/user/current/ -H "IDTOKEN: ${2:-$token}" --data-binary "${1-$(confirmation "${2:-$token}")}"
}
confirmation() { part 2 "$1" | jq -c '{confirm: .username}'; }
assert_deleted() { assert_eq "the reply" '200 {"code":200,"msg":"账号已注销"}' "$status $body"; }
unchanged() { # WHAT COMMAND…: it changes no row, no session and leaves no entry
  local before
  before=$(state)
  "${@:2}"
  assert_eq "all there is, after $1" "$before" "$(state)"
}
left_of() { # USER: how many rows of user_user and user_oauth, and keys of sessions
  mysql_q "SELECT (SELECT COUNT(*) FROM user_user WHERE id = $1), (SELECT COUNT(*) FROM user_oauth WHERE user_id = $1),
    $(redis_q EXISTS "userToken_$1" "userSeen_{userToken_$1}")" | tr '\t' ' '
}
audit_rows() { # USER: all but the time and the request
  mysql_admin --raw scanlogin -e "SELECT action, IFNULL(actor_id, '-'), actor_name, CONCAT('<', address, '>'), CONCAT('<', user_agent, '>'),
    detail FROM user_audit WHERE user_id = $1 ORDER BY id" | tr '\t' ' '
}

it "with the username as confirmation the user, the identities and the session are gone"
for path in /api/user/current/ /api/user/current; do
  log_in "$(code person=a)"
  current "$token"
  assert_status 200
  api DELETE $path -H "IDTOKEN: $token" --data-binary "$(confirmation "$token")"
  assert_deleted
  assert_json_headers
  assert_eq "what is left" '0 0 0' "$(left_of "$user")"
  current "$token"
  assert_denied logged-out
  delete
  assert_denied logged-out
  logout "$token"
  assert_denied logged-out
done

it "dead at once, each time, although it was remembered"
for _ in {1..20}; do
  log_in "$(code person=a)"
  current "$token"
  current "$token"
  delete
  current "$token"
  assert_denied 无效的token
done

it "the person is another user when they come again, and the old token is nobody's"
former=$user old=$token
log_in "$(code person=a)"
[[ $user != "$former" ]] || fail "the same user"
current "$old"
assert_denied 无效的token
current "$token"
assert_status 200

it "on every device of the user"
setting DEVICES=3
endpoint_replace login-wx || fail "not replaced"
others=()
for _ in 1 2; do
  log_in "$(code person=a)"
  others+=("$token")
  current "$token"
done
log_in "$(code person=a)"
delete
assert_deleted
for other in "${others[@]}"; do
  current "$other"
  assert_denied revoked
done
current "$token"
assert_denied logged-out
assert_eq "what is left" '0 0 0' "$(left_of "$user")"
setting DEVICES=1
endpoint_replace login-wx || fail "not replaced"

it "nobody else is touched"
log_in "$(code person=b)"
B=$user B_TOKEN=$token
rows() { mysql_q "SELECT * FROM user_user WHERE id = $B; SELECT * FROM user_oauth WHERE user_id = $B; SELECT * FROM user_audit WHERE user_id = $B"; }
before=$(rows)
log_in "$(code person=c)"
delete
assert_deleted
assert_eq "the rows of another" "$before" "$(rows)"
current "$B_TOKEN"
assert_status 200

it "of the entries about the user no address and no browser stays, in the details neither; all else does"
log_in "$(code person=leaver)"
log_in "$(code person=leaver)"
logout "$token"
log_in "$(code person=leaver)"
patch "$user" '{"nickname":"\"张\\ 😀","phone_number":"1"}'
mysql_q "INSERT INTO user_audit (at, action, user_id, address, user_agent, request, detail)
  VALUES (UTC_TIMESTAMP(6), 'odd', $user, 'here', 'agent', 'odd1', 'no JSON {'), (UTC_TIMESTAMP(6), 'odd', $user, '', '', 'odd2', ''),
  (UTC_TIMESTAMP(6), 'odd', $user, 'here', '', 'odd3', '[{\"address\":\"x\"}]')"
before=$(audit_rows "$user")
began=$(mysql_q "SELECT JSON_VALUE(detail, '\$.began') FROM user_audit WHERE user_id = $user AND action = 'replaced'")
assert_contains "what was on record before" 'replaced -  <unix:> <curl/' "$before"
delete
assert_deleted
after=$(audit_rows "$user")
assert_eq "entries" "$(sed -E 's/<[^>]*> <[^>]*>/<> <>/; /^replaced/d' <<< "$before"; echo 'delete -  <> <> {}')" "$(grep -v ^replaced <<< "$after")"
assert_contains "the nickname" '{"nickname":["用户leaver","\"张\\ 😀"],"phone_number":["","1"]}' "$after"
replaced=$(grep ^replaced <<< "$after")
assert_contains "the one that was replaced" 'replaced -  <> <> {' "$replaced"
assert_eq "its detail" "[$began,false,false]" "$(jq -c '[.began, has("address"), has("user_agent")]' <<< "${replaced##*> }" | tr -d '"')"
admin GET "audit/?user=$user"
assert_json '.data.items[0] | [.action, .address, .user_agent, .detail]' '["delete","","",{}]'
assert_json '[.data.items[] | .address, .user_agent] | unique' '[""]'
assert_not_contains "the entries" curl "$body"

it "without the right confirmation it is 400, and nothing is done"
log_in "$(code person=stays)"
name=$(part 2 "$token" | jq -r .username)
for data in '' x '{' null '[]' '"x"' '{}' '{"confirm":""}' '{"confirm":null}' '{"confirm":true}' "{\"confirm\":[\"$name\"]}" \
  "{\"confirm\":\"$name \"}" "{\"confirm\":\" $name\"}" "{\"confirm\":\"${name^^}\"}" "{\"confirm\":\"${name%?}\"}" \
  "{\"confirm\":\"$name\"} x" "{\"confirm\":\"x\",\"confirm\":\"$name\"}" "confirm=$name" "{\"Confirm\":\"$name\"}" \
  "{\"confirm\":\"$name\",\"force\":true}" "{\"confirm\":\"$(part 2 "$ADMIN" | jq -r .username)\"}"; do
  unchanged "$data" delete "$data"
  bad=confirm
  [[ $data != *'"Confirm"'* ]] || bad=Confirm
  [[ $data != *force* ]] || bad=force
  assert_bad "$bad" "$data"
done
unchanged "in the query" api DELETE "/api/user/current/?confirm=$name" -H "IDTOKEN: $token"
assert_bad confirm

it "a user without a name is not deleted by a confirmation without one"
mysql_q "UPDATE user_user SET username = '' WHERE id = $user"
for data in '' '{}' '{"confirm":null}'; do
  unchanged "$data" delete "$data"
  assert_bad confirm "$data"
done
mysql_q "UPDATE user_user SET username = '$name' WHERE id = $user"

it "without a good token it is refused, and nothing is done"
for bad in "" x "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}" the-key-of-another-site-0123456789)"; do
  unchanged "token $bad" api DELETE /api/user/current/ ${bad:+-H "IDTOKEN: $bad"} --data-binary "{\"confirm\":\"$name\"}"
  assert_denied token认证失败
done
unchanged "no session" delete "{\"confirm\":\"$name\"}" "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}")"
assert_denied 无效的token
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
unchanged "a banned user" delete
assert_denied 用户已被禁用
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $user"

it "staff and superusers are refused until their rights are taken from them"
for flag in is_staff is_superuser; do
  mysql_q "UPDATE user_user SET $flag = 1 WHERE id = $user"
  unchanged $flag delete
  assert_forbidden $flag
  mysql_q "UPDATE user_user SET $flag = 0 WHERE id = $user"
done

it "a user whom another table refers to stays, whole"
mysql_q "CREATE TABLE orders (user_id bigint, FOREIGN KEY (user_id) REFERENCES user_user (id)); INSERT INTO orders VALUES ($user)"
unchanged "reference" delete
assert_eq "the reply" '409 {"code":"in-use","msg":"账号被其他数据引用，不能注销"}' "$status $body"
assert_json_headers
current "$token"
assert_status 200
mysql_q 'DROP TABLE orders'

it "without Redis or MySQL it is 503, and nothing is deleted"
all_rows() { mysql_q 'SELECT * FROM user_user ORDER BY id; SELECT * FROM user_oauth ORDER BY id; SELECT * FROM user_audit ORDER BY id'; }
before=$(all_rows)
# What the token needs is read still; sessions cannot be ended.
redis_rights -del -hdel
delete
assert_unavailable
assert_eq rows "$before" "$(all_rows)"
redis_rights
current "$token"
assert_status 200
mysql_q 'RENAME TABLE user_audit TO audit_gone'
delete
assert_unavailable
mysql_q 'RENAME TABLE audit_gone TO user_audit'
assert_eq rows "$before" "$(all_rows)"
current "$token"
assert_status 200
program_stop redis
delete
assert_unavailable
assert_eq rows "$before" "$(all_rows)"
redis_start || fail "no Redis"
log_in "$(code person=stays)"
before=$(all_rows)
program_stop mysql
delete
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
assert_eq rows "$before" "$(all_rows)"
current "$token"
assert_status 200

# held: the user's row is held by somebody else until COMMAND… waits for it; then it is let go.
held() { # COMMAND…
  mkfifo "$test_dir/go"
  { echo "BEGIN; SELECT id FROM user_user WHERE id = $user FOR UPDATE;"; cat "$test_dir/go"; } |
    mysql_admin --unbuffered scanlogin > "$test_dir/held" &
  local holder=$!
  exec {go}> "$test_dir/go"
  eventually test -s "$test_dir/held" || fail "nobody holds the row"
  "$@"
  exec {go}>&-
  wait "$holder"
  rm "$test_dir/go"
}
waiting() { (($(mysql_q "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'
  AND COMMAND = 'Execute' AND INFO LIKE '%FOR UPDATE%'") >= $1)); } # N
in_background() { # NAME COMMAND…: its reply comes to be in $test_dir/NAME
  ("${@:2}"; echo "$status $body" > "$test_dir/$1") {go}>&- & # else the pipe would stay open
  background[$1]=$!
}
declare -A background
polled() { poll "$1" && [[ $status != 503 ]]; } # who had to wait for too long asks again
deleted() { delete && [[ $status != 503 ]]; }

it "with the token in a cookie: only from a page of the site's own, and the cookie is cleared"
setting TOKEN_COOKIE=session
endpoint_replace current || fail "not replaced"
by_cookie() { # ORIGIN [BODY]
  api DELETE /api/user/current/ -b "session=$token" ${1:+-H "Origin: $1"} --data-binary "${2-$(confirmation "$token")}"
}
for origin in '' http://another.example null http://localhost.example; do
  unchanged "origin $origin" by_cookie "$origin"
  assert_eq "the reply with origin $origin" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
done
unchanged "wrong confirmation" by_cookie http://localhost '{"confirm":"x"}'
assert_no_header Set-Cookie
log_in "$(code person=cookie)"
by_cookie http://localhost
assert_deleted
assert_header Set-Cookie 'session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'
log_in "$(code person=stays)"

it "a login of the same person while the account is being deleted makes another user, whole"
uuid=$(new_uuid)
scan "$uuid" "$(code person=stays)"
both() {
  in_background delete eventually deleted
  eventually waiting 1 || fail "the deletion does not wait"
  in_background poll eventually polled "$uuid"
  eventually waiting 2 || fail "the login does not wait"
}
former=$user
held both
for name in delete poll; do wait "${background[$name]}"; done
assert_eq "the deletion" '200 {"code":200,"msg":"账号已注销"}' "$(< "$test_dir/delete")"
status=200 body=$(cut -d ' ' -f 2- "$test_dir/poll")
echo "$body" > "$body_file"
assert_logged_in
[[ $user != "$former" ]] || fail "the same user"
current "$token"
assert_status 200
assert_eq "what is left of the former" '0 0 0' "$(left_of "$former")"
assert_eq "what there is of the other" '1 2 2' "$(left_of "$user")"
assert_eq "halves" 0 "$(half_users)"

it "a login that comes first: its session is gone with the others"
uuid=$(new_uuid)
scan "$uuid" "$(code person=stays)"
first() {
  in_background poll eventually polled "$uuid"
  eventually waiting 1 || fail "the login does not wait"
  in_background delete eventually deleted
  eventually waiting 2 || fail "the deletion does not wait"
}
held first
for name in delete poll; do wait "${background[$name]}"; done
assert_eq "the deletion" '200 {"code":200,"msg":"账号已注销"}' "$(< "$test_dir/delete")"
jq -e .data.token <(cut -d ' ' -f 2- "$test_dir/poll") > /dev/null || fail "no login: $(< "$test_dir/poll")"
assert_eq "what is left" '0 0 0' "$(left_of "$user")"

it "two deletions at once: one is done and on record, the other has no good token any more"
log_in "$(code person=stays)"
twice() {
  in_background one eventually deleted
  in_background two eventually deleted
  eventually waiting 2 || fail "they do not wait"
}
held twice
for name in one two; do wait "${background[$name]}"; done
assert_eq "replies" '200 {"code":200,"msg":"账号已注销"} 401 {"code":1001,"msg":"无效的token","reason":"unknown"}' "$(sort "$test_dir/one" "$test_dir/two" | paste -sd ' ')"
assert_eq "entries" 1 "$(audit_of "$user" | grep -c ^delete)"
