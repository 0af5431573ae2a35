#!/bin/bash
# Two users who are one person become one: what moves, what stays, what is refused; and what happens at the same time.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin

make_user() { # NAME: a person's user, once; sets ID_OF[NAME] and TOKEN_OF[NAME]
  log_in "$(code "person=$1")"
  ID_OF[$1]=$user TOKEN_OF[$1]=$token
}
declare -A ID_OF TOKEN_OF
username_of() { mysql_q "SELECT username FROM user_user WHERE id = $1"; }
merge_body() { # FROM [FIELDS]
  printf '{"from":%s,"keep":%s,"confirm":"%s"}' "$1" "${2:-[]}" "$(username_of "$1")"
}
merge() { # FROM INTO [FIELDS [VERSION]]: $4 is a header
  admin POST "users/$2/merge/" -H "If-Match: ${4:-$(version_of "$2")}" --data-binary "$(merge_body "$1" "${3:-}")"
}
fields() { # ID
  mysql_q "SELECT nickname, avatar_url, gender, phone_number, is_active, is_staff FROM user_user WHERE id = $1" | tr '\t' '|'
}
fill() { # ID TEXT
  mysql_q "UPDATE user_user SET nickname = 'n$2', avatar_url = 'https://x/$2', gender = 'g$2', phone_number = 'p$2' WHERE id = $1"
}
owners() { # ID…: how many identities each of them has
  local id
  for id in "$@"; do mysql_q "SELECT COUNT(*) FROM user_oauth WHERE user_id = $id"; done | paste -sd ' '
}
details() { # ACTION
  mysql_q "SELECT user_id, actor_id, detail FROM user_audit WHERE action = '$1' ORDER BY id DESC LIMIT 1" | tr '\t' ' '
}
identities_of() { # ID: as the audit names them
  mysql_q "SELECT CONCAT('{\"oauth_type\":\"', oauth_type, '\",\"oauth_id\":\"', oauth_id, '\"}') FROM user_oauth
    WHERE user_id = $1 ORDER BY id" | paste -sd ,
}

for way in 'older into newer' 'newer into older'; do
  it "$way: all identities move, the other's sessions are over, and each way in leads to the one that is left"
  FROM_NAME="from-${way// /-}" INTO_NAME="into-${way// /-}"
  if [[ $way == older* ]]; then make_user "$FROM_NAME"; make_user "$INTO_NAME"; else make_user "$INTO_NAME"; make_user "$FROM_NAME"; fi
  FROM=${ID_OF[$FROM_NAME]} INTO=${ID_OF[$INTO_NAME]}
  fill "$FROM" 1
  fill "$INTO" 2
  for _ in 1 2; do current "${TOKEN_OF[$FROM_NAME]}"; done # which is remembered
  current "${TOKEN_OF[$INTO_NAME]}"
  moved=$(identities_of "$FROM")
  merge "$FROM" "$INTO" '["nickname","phone_number"]'
  assert_status 200
  assert_json_headers
  assert_json ".data | [.id, .nickname, (.identities | length), .is_active]" "[$INTO,\"n1\",4,true]"
  reply=$body etag=$(header ETag)
  admin GET "users/$INTO/"
  assert_eq "the reply and what GET shows" "$reply $etag" "$body $(header ETag)"
  assert_eq "the fields" 'n1|https://x/2|g2|p1|1|0 n1|https://x/1|g1|p1|0|0' "$(fields "$INTO") $(fields "$FROM")"
  assert_eq "identities" '4 0' "$(owners "$INTO" "$FROM")"
  current "${TOKEN_OF[$FROM_NAME]}"
  assert_denied disabled
  assert_eq "what Redis has" 0 "$(redis_q EXISTS "userToken_$FROM" "userProfile_{userToken_$FROM}")"
  current "${TOKEN_OF[$INTO_NAME]}"
  assert_json .data.nickname n1
  assert_eq "on record of who is left" "$INTO $ADMIN_ID {\"from\":$FROM,\"into\":$INTO,\"identities\":[$moved],\"kept\":{\"nickname\":"$(
    )'["n2","n1"],"phone_number":["p2","p1"]}}' "$(details merge)"
  assert_eq "on record of the other" "$FROM $ADMIN_ID {\"from\":$FROM,\"into\":$INTO,\"identities\":[$moved],\"is_active\":[true,false]}" \
    "$(details merged)"
  for directives in "person=$FROM_NAME" "person=$FROM_NAME.nounionid" "person=$FROM_NAME.openid=elsewhere-${way// /-}" "person=$INTO_NAME"; do
    log_in "$(code "$directives")"
    assert_eq "the user of $directives" "$INTO" "$user"
  done

  it "$way: the same again is no fault, changes nothing, whatever the version"
  for version in "$(version_of "$INTO")" '"x"'; do
    unchanged "the same again" merge "$FROM" "$INTO" '["gender"]' "$version"
    assert_status 200
    assert_json .data.id "$INTO"
  done
done

it "all fields can be kept, and what is the same is not on record"
make_user all
make_user kept
fill "${ID_OF[all]}" 1
fill "${ID_OF[kept]}" 2
mysql_q "UPDATE user_user SET gender = 'g1' WHERE id = ${ID_OF[kept]}"
merge "${ID_OF[all]}" "${ID_OF[kept]}" '["phone_number","gender","avatar_url","nickname","gender"]'
assert_status 200
assert_eq "the fields" 'n1|https://x/1|g1|p1|1|0' "$(fields "${ID_OF[kept]}")"
assert_json .data.history[0].detail.kept '{"nickname":["n2","n1"],"avatar_url":["https://x/2","https://x/1"],"phone_number":["p2","p1"]}'

it "rights are not carried over, and a banned user may be merged"
make_user staff
make_user plain
mysql_q "UPDATE user_user SET is_staff = 1, is_active = 0 WHERE id = ${ID_OF[staff]}"
merge "${ID_OF[staff]}" "${ID_OF[plain]}"
assert_json '.data | [.is_staff, .is_active, (.identities | length)]' '[false,true,4]'
assert_contains "on record" '"is_active":[false,false]' "$(details merged)"

it "what is refused changes nothing"
make_user from
make_user into
FROM=${ID_OF[from]} INTO=${ID_OF[into]}
unchanged "into oneself" merge "$FROM" "$FROM"
assert_bad from
unchanged "one's own account" merge "$ADMIN_ID" "$INTO"
assert_forbidden "one's own account"
for id in "$FROM" "$INTO"; do
  mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $id"
  unchanged "a superuser" merge "$FROM" "$INTO"
  assert_forbidden "a superuser"
  mysql_q "UPDATE user_user SET is_superuser = 0 WHERE id = $id"
done
for ids in "999999 $INTO" "$FROM 999999" '999998 999999'; do
  # shellcheck disable=SC2086 # two ids
  unchanged "of $ids" merge $ids '' '*'
  assert_eq "the reply to $ids" '404 {"code":404,"msg":"用户不存在"}' "$status $body"
done
patch "$INTO" '{"is_active":false}'
unchanged "into who is banned" merge "$FROM" "$INTO"
assert_eq reply '409 {"code":"banned","msg":"合并到的用户已被禁用"}' "$status $body"
patch "$INTO" '{"is_active":true}'
make_user into
old=$(version_of "$INTO")
patch "$INTO" '{"gender":"other"}'
for version in "$old" '"x"'; do
  unchanged "an outdated version" merge "$FROM" "$INTO" '' "$version"
  assert_eq reply '412 {"code":412,"msg":"数据已被修改，请刷新"}' "$status $body"
done
unchanged "no version" admin POST "users/$INTO/merge/" --data-binary "$(merge_body "$FROM")"
assert_eq reply '428 {"code":428,"msg":"缺少 If-Match"}' "$status $body"
NAME=$(username_of "$FROM")
while read -r bad data; do
  unchanged "$data" admin POST "users/$INTO/merge/" -H "If-Match: $(version_of "$INTO")" --data-binary "$data"
  assert_bad "$bad" "$data"
done <<BODIES
body {
body []
body
from {}
from {"from":0,"confirm":"$NAME"}
from {"from":-1,"confirm":"$NAME"}
from {"from":"x$FROM","confirm":"$NAME"}
from {"from":"","confirm":"$NAME"}
from {"from":[$FROM],"confirm":"$NAME"}
from {"confirm":"$NAME"}
keep {"from":$FROM,"keep":"nickname","confirm":"$NAME"}
keep {"from":$FROM,"keep":null,"confirm":"$NAME"}
keep {"from":$FROM,"keep":["username"],"confirm":"$NAME"}
keep {"from":$FROM,"keep":["is_staff"],"confirm":"$NAME"}
keep {"from":$FROM,"keep":["nickname",1],"confirm":"$NAME"}
into {"from":$FROM,"into":$INTO,"confirm":"$NAME"}
confirm {"from":$FROM}
confirm {"from":$FROM,"confirm":""}
confirm {"from":$FROM,"confirm":null}
confirm {"from":$FROM,"confirm":"${NAME^^}"}
confirm {"from":$FROM,"confirm":"$NAME "}
confirm {"from":$FROM,"confirm":"$(username_of "$INTO")"}
BODIES
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id IN ($ADMIN_ID, $FROM)"
admin POST "users/$INTO/merge/" -H 'If-Match: *' --data-binary "{\"from\":\"$FROM\",\"confirm\":\"$NAME\"}"
assert_status 200
mysql_q "UPDATE user_user SET is_superuser = 0"

it "a user with more identities than an entry can name is merged all the same"
make_user many
make_user single
mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT 'github', RPAD(seq, 200, 'x'), NOW(), NOW(), ${ID_OF[many]} FROM seq_1_to_100"
fill "${ID_OF[many]}" "$(printf '张%.0s' {1..220})"
merge "${ID_OF[many]}" "${ID_OF[single]}" '["nickname","gender","phone_number"]'
assert_status 200
assert_eq "identities" '104 0' "$(owners "${ID_OF[single]}" "${ID_OF[many]}")"
assert_json '.data.history[0].detail | (.identities | length) + .unnamed' 102

# ---- at the same time -------------------------------------------------------------------------------

# hold SQL: it is done in a transaction that stays open until `release`, and is then rolled back.
hold() {
  mkfifo "$test_dir/go"
  { echo "START TRANSACTION; $1; SELECT 'held';"; cat "$test_dir/go"; echo 'ROLLBACK;'; } |
    mysql_admin --unbuffered scanlogin > "$test_dir/held" &
  holder=$!
  exec {go}> "$test_dir/go"
  eventually grep -q held "$test_dir/held" || fail "nothing is held"
}
release() {
  exec {go}>&-
  wait "$holder"
  rm "$test_dir/go"
}
waiting() { # N PATTERN: as many statements of the endpoints' stand still
  (($(mysql_q "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'
    AND COMMAND = 'Execute' AND INFO LIKE '$2'") == $1))
}
in_background() { # NAME COMMAND…: what it was answered is in answer.NAME. Who had to wait for too long asks again.
  (
    exec {go}>&- # else the pipe would stay open
    # shellcheck disable=SC2317 # by eventually
    answered() { "$@" && [[ $status != 503 ]]; }
    eventually answered "${@:2}"
    echo "$status $body" > "$test_dir/answer.$1"
  ) &
  BACKGROUND+=($!)
}
BACKGROUND=()
finished() {
  local pid
  for pid in "${BACKGROUND[@]}"; do wait "$pid" || exit 1; done
  BACKGROUND=()
}
answer() { cat "$test_dir/answer.$1"; }
user_of_token() { part 2 "$1" | jq .id; }
deadlocks() { mysql_q "SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'" | cut -f 2; }
two_users() { # NAME: made anew: NAME-a and NAME-b, A and B
  make_user "$1-a"
  make_user "$1-b"
  A=${ID_OF[$1-a]} B=${ID_OF[$1-b]}
}

it "a login that waits for a merge is the user's who is left"
two_users waits
ETAG=$(version_of "$B") BODY=$(merge_body "$A")
uuid=$(new_uuid)
scan "$uuid" "$(code person=waits-a)"
hold "SELECT id FROM user_oauth WHERE user_id = $A FOR UPDATE"
in_background merge admin POST "users/$B/merge/" -H "If-Match: $ETAG" --data-binary "$BODY"
eventually waiting 1 '%FROM user_oauth%FOR UPDATE%' || fail "the merge does not wait"
in_background login poll "$uuid"
eventually waiting 1 '%FROM user_user%FOR UPDATE%' || fail "the login does not wait"
release
finished
assert_contains "the merge" '200 {"code":200,"data":' "$(answer merge)"
assert_contains "the login" '200 {"code":200,"data":{"token":"' "$(answer login)"
token=$(answer login | cut -c 5- | jq -r .data.token)
assert_eq "the user" "$B" "$(user_of_token "$token")"
current "$token"
assert_json .data.id "$B"
assert_eq "identities, sessions" "0 4 0" "$(owners "$A" "$B") $(redis_q HLEN "userToken_$A")"
assert_eq "clashes" 0 "$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE action = 'clash'")"

it "a login that a merge waits for is over with it, and what it has added is the other's"
make_user before-b
log_in "$(code person=before-a.nounionid)"
A=$user B=${ID_OF[before-b]} ETAG=$(version_of "$B") BODY=$(merge_body "$A")
uuid=$(new_uuid)
scan "$uuid" "$(code person=before-a)"
UNIONID=o6-$(sha256 unionid:before-a | cut -c 1-25)
hold "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id) VALUES ('weixin', '$UNIONID', NOW(), NOW(), $ADMIN_ID)"
in_background login poll "$uuid"
eventually waiting 1 'INSERT INTO user_oauth%' || fail "the login does not wait"
in_background merge admin POST "users/$B/merge/" -H "If-Match: $ETAG" --data-binary "$BODY"
eventually waiting 1 '%FROM user_user%FOR UPDATE%' || fail "the merge does not wait"
release
finished
assert_contains "the merge" '200 {"code":200,"data":' "$(answer merge)"
token=$(answer login | cut -c 5- | jq -r .data.token)
assert_eq "the user of the token" "$A" "$(user_of_token "$token")"
current "$token"
assert_denied disabled
assert_eq "identities, sessions" '0 4 0' "$(owners "$A" "$B") $(redis_q HLEN "userToken_$A")"

it "two merges that cross: one is made, the other refused, no identity is lost, and there is no deadlock"
before=$(deadlocks)
for round in 1 2 3; do
  two_users "cross-$round"
  AB=$(version_of "$B") BA=$(version_of "$A") FROM_A=$(merge_body "$A") FROM_B=$(merge_body "$B")
  hold "SELECT id FROM user_user WHERE id = $A FOR UPDATE"
  in_background ab admin POST "users/$B/merge/" -H "If-Match: $AB" --data-binary "$FROM_A"
  in_background ba admin POST "users/$A/merge/" -H "If-Match: $BA" --data-binary "$FROM_B"
  eventually waiting 2 '%FROM user_user%FOR UPDATE%' || fail "they do not wait"
  release
  finished
  case "$(answer ab | cut -c -3) $(answer ba | cut -c -3)" in
    '200 409') kept=$B gone=$A ;;
    '409 200') kept=$A gone=$B ;;
    *) fail "the replies: $(answer ab), $(answer ba)" ;;
  esac
  assert_eq "identities" '4 0' "$(owners "$kept" "$gone")"
  assert_eq "active" '1 0' "$(mysql_q "SELECT is_active FROM user_user WHERE id IN ($A, $B) ORDER BY id = $gone" | paste -sd ' ')"
done
assert_eq "deadlocks" "$before" "$(deadlocks)"

# A login that adds a way in to the user of TOKEN, as far as the poll; sets $uuid and $mine.
begin_link() { # TOKEN PERSON
  api POST '/api/user/login/wx/?link=1' -H "IDTOKEN: $1"
  assert_status 200
  uuid=$(jq -r .data.uuid "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
  api GET "$CALLBACK?code=$(code "person=$2")&state=$uuid" -b "$mine"
  assert_page 微信登录成功
}
LINKED='200 {"code":200,"data":{"linked":"wx"}}'

it "a way in that is being added to who is merged comes along"
two_users link
ETAG=$(version_of "$B") BODY=$(merge_body "$A")
begin_link "${TOKEN_OF[link-a]}" new-way
UNIONID=o6-$(sha256 unionid:new-way | cut -c 1-25)
hold "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id) VALUES ('weixin', '$UNIONID', NOW(), NOW(), $ADMIN_ID)"
in_background link poll "$uuid" -b "$mine"
eventually waiting 1 'INSERT INTO user_oauth%' || fail "the link does not wait"
in_background merge admin POST "users/$B/merge/" -H "If-Match: $ETAG" --data-binary "$BODY"
eventually waiting 1 '%FROM user_user%FOR UPDATE%' || fail "the merge does not wait"
release
finished
assert_eq "the link" "$LINKED" "$(answer link)"
assert_contains "the merge" '200 {"code":200,"data":' "$(answer merge)"
assert_eq identities '0 6' "$(owners "$A" "$B")"

it "one that is added to who has just been merged is refused, and is nobody's"
two_users late
ETAG=$(version_of "$B") BODY=$(merge_body "$A")
begin_link "${TOKEN_OF[late-a]}" late-way
hold "SELECT id FROM user_oauth WHERE user_id = $A FOR UPDATE"
in_background merge admin POST "users/$B/merge/" -H "If-Match: $ETAG" --data-binary "$BODY"
eventually waiting 1 '%FROM user_oauth%FOR UPDATE%' || fail "the merge does not wait"
in_background link poll "$uuid" -b "$mine"
eventually waiting 1 '%FROM user_user%FOR UPDATE%' || fail "the link does not wait"
release
finished
assert_contains "the merge" '200 {"code":200,"data":' "$(answer merge)"
assert_eq "the link" '200 {"code":1001,"msg":"用户已被禁用"}' "$(answer link)"
assert_eq identities '0 4' "$(owners "$A" "$B")"

it "with Redis away nothing is merged: nobody could be told"
two_users away
ETAG=$(version_of "$B") BODY=$(merge_body "$A")
rows=$(mysql_q 'SELECT * FROM user_user; SELECT * FROM user_oauth; SELECT * FROM user_audit')
program_stop redis
admin POST "users/$B/merge/" -H "If-Match: $ETAG" --data-binary "$BODY"
assert_unavailable
assert_eq "rows" "$rows" "$(mysql_q 'SELECT * FROM user_user; SELECT * FROM user_oauth; SELECT * FROM user_audit')"
