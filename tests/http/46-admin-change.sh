#!/bin/bash
# What admins do to users: change, log out, delete, unlink, and what each leaves of the user's sessions, rows and audit.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
log_in "$(code person=target)"
TARGET=$user TARGET_TOKEN=$token
USERNAME=$(part 2 "$token" | jq -r .username)
row() { mysql_q "SELECT nickname, phone_number, gender, is_active, is_staff FROM user_user WHERE id = $TARGET" | tr '\t' '|'; }

it "one user: these members in this order, and a version"
admin GET "users/$TARGET/"
assert_status 200
assert_json_headers
assert_json '.data | keys_unsorted' '["id","username","nickname","avatar_url","gender","phone_number","date_joined","last_login",'$(
  )'"is_active","is_staff","is_superuser","identities","sessions","history"]'
assert_json '[.data.identities[] | [.user, .oauth_type]]' "[[$TARGET,\"weixin\"],[$TARGET,\"wx_openid\"]]"
assert_json '[.data.sessions[] | keys_unsorted, (.began | test("^20.{8}T.{8}\\.000000Z$")), .user_agent]' \
  "[[\"id\",\"began\",\"seen\",\"address\",\"user_agent\",\"provider\"],true,\"$(curl -V | sed -En '1s#^curl ([^ ]*) .*#curl/\1#p')\"]"
assert_json '[.data.history[] | [.action, .user]]' "[[\"login\",$TARGET]]"
[[ $(header ETag) =~ ^\"[0-9a-f]{32}\"$ ]] || fail "no version: $(header ETag)"
etag=$(header ETag)
admin HEAD "users/$TARGET/"
assert_header ETag "$etag"

it "each field is changed, read back, and makes another version"
for change in '{"nickname":"新名 😀"}' '{"phone_number":"13800000000"}' '{"gender":"女"}' '{"is_staff":true}' \
  '{"nickname":"n","phone_number":"","gender":"","is_staff":false}'; do
  before=$(version_of "$TARGET")
  patch "$TARGET" "$change" "$before"
  assert_status 200
  assert_json_headers
  assert_json ".data | contains($change)" true
  after=$(header ETag)
  [[ $after != "$before" ]] || fail "$change leaves the version $before"
  shown=$body
  admin GET "users/$TARGET/"
  assert_eq "the reply and what GET shows" "$shown $after" "$body $(header ETag)"
done
assert_eq row 'n|||1|0' "$(row)"
assert_eq "audit" 'change {"nickname":["用户target","新名 😀"]}
change {"phone_number":["","13800000000"]}
change {"gender":["","女"]}
change {"is_staff":[false,true]}
change {"nickname":["新名 😀","n"],"phone_number":["13800000000",""],"gender":["女",""],"is_staff":[true,false]}' \
  "$(audit_of "$TARGET" | grep ^change)"

it "another login leaves the version, a change behind the admin's back does not"
version=$(version_of "$TARGET")
log_in "$(code "person=target.nickname=$(b64 n)")"
TARGET_TOKEN=$token
assert_eq version "$version" "$(version_of "$TARGET")"
mysql_q "UPDATE user_user SET gender = 'x' WHERE id = $TARGET"
[[ $(version_of "$TARGET") != "$version" ]] || fail "the version is the same"

it "what is as it is already is 200, writes nothing, and keeps the version"
version=$(version_of "$TARGET")
unchanged "the same again" patch "$TARGET" '{"nickname":"n","is_active":true}' "$version"
assert_eq "status, version" "200 $version" "$status $(header ETag)"

it "225 characters are taken, 226 are not"
for character in a 张 😀; do
  long=$(printf "$character%.0s" {1..225})
  patch "$TARGET" "{\"nickname\":\"$long\"}"
  assert_status 200
  assert_eq nickname "$long" "$(mysql_q "SELECT nickname FROM user_user WHERE id = $TARGET")"
  unchanged "226" patch "$TARGET" "{\"nickname\":\"$long$character\"}"
  assert_bad nickname
done
patch "$TARGET" '{"nickname":"n"}'

it "a body that is not fields of their types is 400 and writes nothing"
while read -r name data; do
  unchanged "$data" patch "$TARGET" "$data"
  assert_bad "$name" "$data"
done <<'BODIES'
body {
body []
body {}
body nickname=x
nickname {"nickname":1}
nickname {"nickname":null}
nickname {"nickname":"a\nb"}
is_staff {"is_staff":1}
is_active {"is_active":"false"}
username {"username":"x"}
is_superuser {"is_superuser":true}
password {"nickname":"x","password":"x"}
body {"nickname":"x","nickname":"y"}
BODIES

it "without a version 428, with an outdated one 412, and nothing is written"
unchanged 428 admin PATCH "users/$TARGET/" --data-binary '{"is_active":false}'
assert_eq reply '428 {"code":428,"msg":"缺少 If-Match"}' "$status $body"
unchanged 428 admin DELETE "users/$TARGET/" --data-binary "{\"confirm\":\"$USERNAME\"}"
assert_eq reply '428 {"code":428,"msg":"缺少 If-Match"}' "$status $body"
old=$(version_of "$TARGET")
patch "$TARGET" '{"gender":"other"}'
for version in "$old" '""' x '"x"' 'W/"x"' "W/$old" "\"x\", $old"; do
  unchanged 412 patch "$TARGET" '{"nickname":"x","is_active":false}' "$version"
  assert_eq reply '412 {"code":412,"msg":"数据已被修改，请刷新"}' "$status $body"
  unchanged 412 admin DELETE "users/$TARGET/" -H "If-Match: $version" --data-binary "{\"confirm\":\"$USERNAME\"}"
  assert_status 412
done
patch 999999 '{"nickname":"x"}' x
assert_body '{"code":404,"msg":"用户不存在"}'

it "another name is what current answers from the next request on"
for name in one two three; do
  current "$TARGET_TOKEN" # which is remembered
  current "$TARGET_TOKEN"
  patch "$TARGET" "{\"nickname\":\"$name\"}"
  current "$TARGET_TOKEN"
  assert_json .data.nickname $name
done

it "a ban ends the sessions at once, and lifted it brings none back"
current "$TARGET_TOKEN"
assert_status 200
patch "$TARGET" '{"is_active":false}'
assert_json '.data | [.is_active, .sessions]' '[false,[]]'
current "$TARGET_TOKEN"
assert_denied disabled
assert_eq "what Redis has" 0 "$(redis_q EXISTS "userToken_$TARGET")"
uuid=$(new_uuid)
scan "$uuid" "$(code person=target)"
poll "$uuid"
assert_json '.data.token? // "none"' none
patch "$TARGET" '{"is_active":true}'
current "$TARGET_TOKEN"
assert_denied revoked
log_in "$(code person=target)"
current "$token"
assert_status 200

it "all sessions are ended, nobody else's"
admin POST "users/$TARGET/logout/"
assert_eq reply '200 {"code":200,"msg":"已退出所有设备"}' "$status $body"
current "$token"
assert_denied revoked
current "$ADMIN"
assert_status 200

it "of many changes at the same version exactly one is made"
version=$(version_of "$TARGET")
before=$(audit_of "$TARGET" | grep -c ^change)
# The row is held until as many wait for it as there are threads. Who had to wait for too long asks again.
mkfifo "$test_dir/go"
{ echo "BEGIN; SELECT id FROM user_user WHERE id = $TARGET FOR UPDATE;"; cat "$test_dir/go"; } |
  mysql_admin --unbuffered scanlogin > "$test_dir/held" &
holder=$!
exec {go}> "$test_dir/go"
eventually test -s "$test_dir/held" || fail "nobody holds the row"
all_wait() { (($(mysql_q "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'
  AND COMMAND = 'Execute' AND INFO LIKE '%FOR UPDATE%'") == TEST_SETTINGS[WORKER_THREADS])); }
raced() { patch "$TARGET" "{\"nickname\":\"racer $1\"}" "$version" && [[ $status != 503 ]]; }
for n in {1..20}; do
  (eventually raced "$n"; echo "$status" > "$test_dir/raced.$n") {go}>&- & # else the pipe would stay open
  racers[n]=$!
done
eventually all_wait || fail "they do not wait for the row"
exec {go}>&-
wait "$holder"
for n in {1..20}; do wait "${racers[n]}" || exit 1; done
assert_eq "statuses" '1 200 19 412' "$(cat "$test_dir"/raced.* | sort | uniq -c | xargs)"
assert_eq nickname "racer $(basename "$(grep -l 200 "$test_dir"/raced.*)" | sed 's/.*\.//')" \
  "$(mysql_q "SELECT nickname FROM user_user WHERE id = $TARGET")"
assert_eq "entries" $((before + 1)) "$(audit_of "$TARGET" | grep -c ^change)"

it "an identity is unlinked, the last one of an active user only with last=1"
mapfile -t identities < <(mysql_q "SELECT id FROM user_oauth WHERE user_id = $TARGET ORDER BY id")
admin DELETE "oauths/${identities[0]}/"
assert_eq reply '200 {"code":200,"msg":"已解除"}' "$status $body"
admin DELETE "oauths/${identities[0]}/"
assert_eq reply '404 {"code":404,"msg":"身份不存在"}' "$status $body"
for query in '' '?last=0' '?last='; do
  unchanged "the last one $query" admin DELETE "oauths/${identities[1]}/$query"
  assert_eq reply '409 {"code":"last-identity","msg":"这是该用户最后的登录方式"}' "$status $body"
done
admin DELETE "oauths/${identities[1]}/?last=1"
assert_status 200
assert_eq "identities" 0 "$(mysql_q "SELECT COUNT(*) FROM user_oauth WHERE user_id = $TARGET")"
log_in "$(code person=banned)"
patch "$user" '{"is_active":false}'
for id in $(mysql_q "SELECT id FROM user_oauth WHERE user_id = $user"); do
  admin DELETE "oauths/$id/"
  assert_status 200
done

it "a user is deleted with all that is theirs, if confirmed by name"
log_in "$(code person=target2)"
TARGET=$user USERNAME=$(part 2 "$token" | jq -r .username)
for data in '' '{}' '{"confirm":""}' '{"confirm":"x"}' "{\"confirm\":\"$USERNAME \"}" "{\"confirm\":\"${USERNAME^^}\"}" "{\"confirm\":[\"$USERNAME\"]}"; do
  unchanged "$data" admin DELETE "users/$TARGET/" -H "If-Match: $(version_of "$TARGET")" --data-binary "$data"
  assert_bad confirm "$data"
done
admin DELETE "users/$TARGET/" -H "If-Match: $(version_of "$TARGET")" --data-binary "{\"confirm\":\"$USERNAME\"}"
assert_eq reply '200 {"code":200,"msg":"已删除"}' "$status $body"
assert_eq "rows" '0 0' "$(mysql_q "SELECT (SELECT COUNT(*) FROM user_user WHERE id = $TARGET),
  (SELECT COUNT(*) FROM user_oauth WHERE user_id = $TARGET)" | tr '\t' ' ')"
assert_eq "what Redis has" 0 "$(redis_q EXISTS "userToken_$TARGET")"
current "$token"
assert_denied 无效的token
assert_eq "audit" "delete {\"username\":\"$USERNAME\"}" "$(audit_of "$TARGET" | tail -n 1)"
admin GET "audit/?user=$TARGET"
assert_json '[.data.items[].action]' '["delete","login"]'
log_in "$(code person=target2)"
[[ $user != "$TARGET" ]] || fail "the same account"
