#!/bin/bash
# GET /api/user/export/ — everything kept about a user as one JSON file: what is in it and what is not, any size and any
# text, and an end that comes too early.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
export_() { api GET /api/user/export/ -H "IDTOKEN: ${1:-$token}" "${@:2}"; } # [TOKEN [CURL ARG…]]
AGENT="curl/$(curl -V | sed -En '1s#^curl ([^ ]*) .*#\1#p')"
# A column of MySQL's with a time, as the file has it.
time_of() { mysql_q "SELECT DATE_FORMAT($1, '%Y-%m-%dT%T.%fZ') FROM $2"; } # COLUMN, TABLE and so on

it "one file: these members, and the headers of a file"
log_in "$(code person=a)"
for path in /api/user/export/ /api/user/export; do
  api GET $path -H "IDTOKEN: $token"
  assert_status 200
  assert_header Content-Type 'application/json; charset=utf-8'
  assert_header Content-Disposition "attachment; filename=\"scanlogin-$user.json\""
  assert_header Cache-Control no-store
  assert_header X-Content-Type-Options nosniff
  assert_no_header Content-Length
  assert_header Transfer-Encoding chunked
  assert_json keys_unsorted '["profile","identities","sessions","audit"]'
done
api HEAD /api/user/export/ -H "IDTOKEN: $token"
assert_status 200
assert_header Content-Disposition "attachment; filename=\"scanlogin-$user.json\""

it "the profile is the user's row, but for the password's hash"
mysql_q "UPDATE user_user SET password = 'pbkdf2_sha256\$secret', email = 'a@example.com', first_name = '三', last_name = '张',
  phone_number = '13800000000', gender = '男' WHERE id = $user"
export_
assert_json '.profile | keys_unsorted' '["id","username","nickname","avatar_url","gender","phone_number","first_name","last_name",'$(
  )'"email","date_joined","last_login","is_active","is_staff","is_superuser"]'
assert_json '.profile | [.id, .username, .nickname, .gender, .phone_number, .first_name, .last_name, .email, .is_active, .is_staff, .is_superuser]' \
  "[$user,\"$(part 2 "$token" | jq -r .username)\",\"用户a\",\"男\",\"13800000000\",\"三\",\"张\",\"a@example.com\",true,false,false]"
assert_json '.profile | [.avatar_url, .date_joined, .last_login]' "[\"$(mysql_q "SELECT avatar_url FROM user_user WHERE id = $user")\",$(
  )\"$(time_of date_joined "user_user WHERE id = $user")\",\"$(time_of last_login "user_user WHERE id = $user")\"]"
columns=$(mysql_q "SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'user_user' AND COLUMN_NAME <> 'password'")
assert_json '.profile | keys | join(",")' "$columns"

it "the identities, with what they are at the provider"
assert_json '[.identities[] | keys_unsorted] | unique' '[["id","oauth_type","provider","created_time","last_mod_time","oauth_id"]]'
assert_json '[.identities[] | [.oauth_type, .provider, .oauth_id]]' "[$(mysql_q "SELECT CONCAT('[\"', oauth_type, '\",\"wx\",\"', oauth_id, '\"]')
  FROM user_oauth WHERE user_id = $user ORDER BY id" | paste -sd ,)]"
assert_json '.identities[0].created_time' "$(time_of created_time "user_oauth WHERE user_id = $user ORDER BY id LIMIT 1")"

it "the sessions, as an admin is shown them"
admin GET "users/$user/"
sessions=$(jq -c .data.sessions "$body_file")
assert_contains "what an admin is shown" "$AGENT" "$sessions"
export_
assert_json .sessions "$sessions"

it "the entries about the user, and of what an admin did neither who nor from where"
log_in "$(code person=a)"
admin PATCH "users/$user/" -H 'If-Match: *' -H 'User-Agent: the-admins-browser' --data-binary '{"nickname":"新"}'
assert_status 200
mysql_q "INSERT INTO user_audit (at, action, user_id, actor_name, address, request, detail) VALUES
  (UTC_TIMESTAMP(6), 'logout-all', $user, 'cli:operator', '', 'by-operator', '{}'), ('2026-01-02', 'odd', $user, '', '', 'odd', 'no JSON'),
  (UTC_TIMESTAMP(6), 'login', NULL, '', 'nobodys', 'nobody', '{}')"
export_
assert_json '[.audit[] | keys_unsorted] | unique' '[["at","action","by_admin","address","user_agent","session","detail"]]'
assert_json '[.audit[] | [.action, .by_admin, .address, .user_agent]] | tostring' "$(jq -cn --arg agent "$AGENT" '[
  ["login", false, "unix:", $agent], ["replaced", false, "unix:", $agent], ["login", false, "unix:", $agent],
  ["change", true, null, null], ["logout-all", true, null, null], ["odd", false, "", ""]]')"
assert_json '[.audit[] | .detail | if type == "object" then keys else . end] | tostring' \
  '[["new"],["address","began","id","provider","seen","user_agent"],["new"],["nickname"],[],null]'
assert_json '[.audit[0].session, .audit[1].session] | unique | length' 1
assert_json '.audit[3].detail' '{"nickname":["用户a","新"]}'
assert_json '.audit[0].at' "$(time_of at "user_audit WHERE user_id = $user ORDER BY id LIMIT 1")"

it "nothing in it is a secret, or about anybody else"
for secret in pbkdf2_sha256 secret the-admins-browser cli: operator nobodys "$(part 2 "$ADMIN" | jq -r .username)" "$token" \
  "${token##*.}" "$(sha256 "$token")" "$(redis_q HKEYS "userToken_$user")" "$TEST_SECRET_KEY"; do
  assert_not_contains "the file" "$secret" "$body"
done
assert_eq "lines of it in the log" 1 "$(tail -n 1 "$(log_of export)" | grep -c " info export\[[0-9]*\] account exported request=.* user=$user\$")"

it "names with anything in them come as they are"
while IFS= read -r text; do
  printf -v text %b "$text"
  mysql_admin scanlogin <<< "UPDATE user_user SET nickname = FROM_BASE64('$(base64 -w 0 <<< "$text")'), email = nickname WHERE id = $user"
  export_
  assert_json ".profile | [.nickname, .email] == [$(jq -Rs . <<< "$text"), $(jq -Rs . <<< "$text")]" true
done <<'TEXTS'
"
\\" \\\\
张三 😀 👩‍👩‍👧‍👦 é
\x01\x08\x0b\x1b[31m\x1f\x7f
a\nb\r\nc\td
</script><!--
\xe2\x80\xa8\xe2\x80\xa9
","admin":true,"x":"
TEXTS

it "without a good token it is refused"
api GET /api/user/export/
assert_denied token认证失败
export_ "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}")"
assert_denied 无效的token
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
export_
assert_denied 用户已被禁用
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $user"

it "entries of any number come whole and in order"
few=$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE user_id = $user")
for count in 999 1000 1001 2000 7777; do
  mysql_q "INSERT INTO user_audit (at, action, user_id, request, detail)
    SELECT '2026-01-02', 'many', $user, CONCAT('many-', seq), CONCAT('{\"n\":', seq, '}')
      FROM seq_1_to_$((count - few)) WHERE seq > (SELECT COUNT(*) FROM user_audit WHERE action = 'many')"
  export_
  assert_json '.audit | length' $count
  assert_json '[.audit[] | select(.action == "many") | .detail.n] == [range(1; '$((count - few + 1))')]' true
done

it "one without any entry is valid as well"
mysql_q "UPDATE user_audit SET user_id = 0 WHERE user_id = $user"
export_
assert_json '.audit' '[]'
mysql_q "UPDATE user_audit SET user_id = $user WHERE user_id = 0"

it "all that is on record is gone through, address by address, when the account is deleted"
mysql_q "UPDATE user_audit SET address = '192.0.2.1', detail = '{\"address\":\"192.0.2.1\",\"n\":1}' WHERE action = 'many'"
api DELETE /api/user/current/ -H "IDTOKEN: $token" --data-binary "$(part 2 "$token" | jq -c '{confirm: .username}')"
assert_status 200
assert_eq "entries with an address" '7778 0' "$(mysql_q "SELECT COUNT(*), SUM(address <> '' OR user_agent <> '' OR detail LIKE '%address%')
  FROM user_audit WHERE user_id = $user" | tr '\t' ' ')"

it "MySQL goes away in the middle: the client can tell, and a line in the log tells why"
log_in "$(code person=b)"
mysql_q "INSERT INTO user_audit (at, action, user_id, request, detail)
  SELECT '2026-01-02', 'wide', $user, CONCAT('wide-', seq), CONCAT('{\"x\":\"', REPEAT('x', 2000), '\"}') FROM seq_1_to_20000"
cut=0
curl -sS --max-time "$PATIENCE" --limit-rate 4M --unix-socket "$STACK_DIR/http.sock" -H "IDTOKEN: $token" -o "$test_dir/cut.json" \
  http://localhost/api/user/export/ 2> "$test_dir/curl-said" &
curl_pid=$!
some_came() { [[ $(stat -c %s "$test_dir/cut.json" 2> /dev/null) -gt 100000 ]]; }
eventually some_came || fail "nothing came"
mysql_pid=$(pid_of mysql)
kill -KILL "$mysql_pid"
wait "$curl_pid" || cut=$?
assert_eq "curl's status ($(< "$test_dir/curl-said"))" 18 "$cut"
assert_eq "lines of it in the log" 1 "$(grep -c ' error export\[[0-9]*\] export cut short request=' "$(log_of export)")"
rm -f "$STACK_DIR/mysql.pid" "$STACK_DIR/mysql.sock"

it "without MySQL or Redis it is 503 like all else, before any of it is sent"
export_
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
program_stop redis
export_
assert_unavailable
redis_start || fail "no Redis"
log_in "$(code person=b)"
export_
assert_json '.audit[-1].action' login
