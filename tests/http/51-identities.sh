#!/bin/bash
# /api/user/identities/ — by what a user can log in: the list, and unlinking. The refusals of tokens are in http: tokens.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting PROVIDERS='wx github other1 other2 other3 other4 other5'
start_stack login-wx login-wx-callback identities current admin-users admin-oauths
identities() { api "$1" "/api/user/identities/${2:-}" -H "IDTOKEN: ${3:-$token}"; } # METHOD [ID/] [TOKEN]
assert_unlinked() { assert_eq "the reply to $current_it" '200 {"code":200,"msg":"已解绑"}' "$status $body"; }
assert_no_identity() { assert_eq "the reply to ${1:-$current_it}" '404 {"code":404,"msg":"身份不存在"}' "$status $body"; }
assert_last() { assert_eq "the reply to ${1:-$current_it}" '409 {"code":"last-identity","msg":"不能解绑最后一个登录方式"}' "$status $body"; }
unchanged() { # WHAT COMMAND…: it changes no row, no session and leaves no entry
  local before
  before=$(state)
  "${@:2}"
  assert_eq "all there is, after $1" "$before" "$(state)"
}
# Another provider's, as a site may have of its own; prints the id of the row.
link() { # USER TYPE ID
  mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
    VALUES ('$2', '$3', '2026-01-02 03:04:05', '2026-01-02 03:04:05.5', $1); SELECT LAST_INSERT_ID()"
}
types_of() { mysql_q "SELECT oauth_type FROM user_oauth WHERE user_id = $1 ORDER BY id" | paste -sd ' '; } # USER
rows_of() { mysql_q "SELECT id FROM user_oauth WHERE user_id = $1 AND oauth_type = '$2'"; }               # USER TYPE

it "a user's identities: these members in this order, without what they are at the provider"
log_in "$(code person=other)"
OTHER=$user
log_in "$(code person=a)"
extra=$(link "$user" github 583231)
for path in /api/user/identities/ /api/user/identities; do
  api GET "$path" -H "IDTOKEN: $token"
  assert_status 200
  assert_json_headers
  assert_json keys_unsorted '["code","data"]'
  assert_json '.data | keys_unsorted' '["items"]'
  assert_json '[.data.items[] | keys_unsorted] | unique' '[["id","oauth_type","provider","created_time","last_mod_time"]]'
  assert_json '[.data.items[] | [.oauth_type, .provider]]' '[["weixin","wx"],["wx_openid","wx"],["github","github"]]'
  assert_json '[.data.items[].id] | tostring' "[$(mysql_q "SELECT id FROM user_oauth WHERE user_id = $user ORDER BY id" | paste -sd ,)]"
  assert_json '.data.items[2]' "{\"id\":$extra,\"oauth_type\":\"github\",\"provider\":\"github\",$(
    )\"created_time\":\"2026-01-02T03:04:05.000000Z\",\"last_mod_time\":\"2026-01-02T03:04:05.500000Z\"}"
done
shown=$body
for id in $(mysql_q "SELECT oauth_id FROM user_oauth"); do assert_not_contains "the list" "$id" "$shown"; done
identities HEAD
assert_status 200

it "the times are those that admins see"
become_admin
admin GET "oauths/?user=$user"
for name in created_time last_mod_time; do
  seen=$(jq -c "[.data.items[] | {id, $name}]" "$body_file")
  identities GET '' "$ADMIN"
  assert_json "[.data.items[] | {id, $name}]" "$seen"
done

it "without a good token it is refused, and nothing is done"
log_in "$(code person=a)"
for method in GET DELETE; do
  path=/api/user/identities/
  [[ $method == GET ]] || path+=$extra/
  unchanged "no token" api $method "$path"
  assert_denied token认证失败
  unchanged "another's signature" api $method "$path" \
    -H "IDTOKEN: $(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}" the-key-of-another-site-0123456789)"
  assert_denied token认证失败
  unchanged "no session" api $method "$path" -H "IDTOKEN: $(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}")"
  assert_denied 无效的token
done

it "an id that is not the caller's is 404, whoever else's it is; so is what is no id"
for id in $(mysql_q "SELECT id FROM user_oauth WHERE user_id = $OTHER") 999999 9223372036854775807; do
  unchanged "$id" identities DELETE "$id/"
  assert_no_identity "$id"
done
for id in 0 -1 x 1x 1.0 %201 9223372036854775808 1/2 "$extra/x" '%00'; do
  unchanged "$id" identities DELETE "$id/"
  assert_status "$([[ $id == %00 ]] && echo 400 || echo 404)"
done

it "an identity is unlinked, and what it was is on record"
identities DELETE "$extra/"
assert_unlinked
assert_json_headers
assert_eq "the others" 'weixin wx_openid' "$(types_of "$user")"
assert_eq "the entry" 'unlink {"identities":[{"oauth_type":"github","oauth_id":"583231"}]}' "$(audit_of "$user" | tail -n 1)"
assert_eq "who" "NULL  unix: curl/" "$(mysql_q "SELECT actor_id, actor_name, address, LEFT(user_agent, 5) FROM user_audit
  ORDER BY id DESC LIMIT 1" | tr '\t' ' ')"
unchanged "once more" identities DELETE "$extra/"
assert_no_identity

it "the session stays"
current "$token"
assert_status 200

it "the last one stays, and so do a unionid and the openids under it, which are one way in"
for id in $(mysql_q "SELECT id FROM user_oauth WHERE user_id = $user"); do
  unchanged "$id" identities DELETE "$id/"
  assert_last "$id"
done

for type in weixin wx_openid; do
  it "they go together, by whichever is named ($type), in one entry"
  log_in "$(code "person=both-$type")"
  link "$user" github "both-$type" > /dev/null
  link "$user" wx_openid "another-app-$type" > /dev/null
  mapfile -t ids < <(rows_of "$user" $type)
  identities DELETE "${ids[0]}/"
  assert_unlinked
  assert_eq "what is left" github "$(types_of "$user")"
  assert_eq "what went, by the entry" '["unlink",["weixin","wx_openid","wx_openid"]]' \
    "$(audit_of "$user" | tail -n 1 | sed 's/^unlink //' | jq -c '["unlink", [.identities[].oauth_type]]')"
  unchanged "the last" identities DELETE "$(rows_of "$user" github)/"
  assert_last
  former=$user
  log_in "$(code "person=both-$type")"
  [[ $user != "$former" ]] || fail "what was unlinked still logs in"
done

it "without a unionid each openid is one by itself"
log_in "$(code nounionid)"
link "$user" wx_openid of-another-app > /dev/null
mapfile -t ids < <(rows_of "$user" wx_openid)
assert_eq "identities" 'wx_openid wx_openid' "$(types_of "$user")"
identities DELETE "${ids[0]}/"
assert_unlinked
assert_eq "identities" "${ids[1]}" "$(rows_of "$user" wx_openid)"
identities DELETE "${ids[1]}/"
assert_last

it "one by a provider that the site does not offer logs nobody in, so the last one besides it stays"
log_in "$(code person=not-offered.nounionid)"
gitee=$(link "$user" gitee 7)
unchanged "the last" identities DELETE "$(rows_of "$user" wx_openid)/"
assert_last
identities DELETE "$gitee/"
assert_unlinked
mysql_q "DELETE FROM user_oauth WHERE user_id = $user"
for id in 8 9; do gitee=$(link "$user" gitee $id); done
unchanged "one of two that log nobody in" identities DELETE "$gitee/"
assert_last

it "of several unlinked at once one stays"
log_in "$(code person=race)"
for n in 1 2 3 4 5; do link "$user" "other$n" "race" > /dev/null; done
mapfile -t ids < <(mysql_q "SELECT id FROM user_oauth WHERE user_id = $user AND oauth_type <> 'wx_openid'")
# The row is held until all wait for it: then they meet.
mkfifo "$test_dir/go"
{ echo "BEGIN; SELECT id FROM user_user WHERE id = $user FOR UPDATE;"; cat "$test_dir/go"; } |
  mysql_admin --unbuffered scanlogin > "$test_dir/held" &
holder=$!
exec {go}> "$test_dir/go"
eventually test -s "$test_dir/held" || fail "nobody holds the row"
all_wait() { (($(mysql_q "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'
  AND COMMAND = 'Execute' AND INFO LIKE '%FOR UPDATE%'") == ${#ids[@]})); }
raced() { identities DELETE "$1/" && [[ $status != 503 ]]; } # who had to wait for too long asks again
racers=()
for id in "${ids[@]}"; do
  (eventually raced "$id"; echo "$status" > "$test_dir/raced.$id") {go}>&- & # else the pipe would stay open
  racers+=($!)
done
eventually all_wait || fail "they do not wait for the row"
exec {go}>&-
wait "$holder"
for racer in "${racers[@]}"; do wait "$racer" || exit 1; done
assert_eq "statuses" '5 200 1 409' "$(cat "$test_dir"/raced.* | sort | uniq -c | xargs)"
assert_eq "entries" 5 "$(audit_of "$user" | grep -c ^unlink)"
left=$(types_of "$user")
[[ $left == 'weixin wx_openid' || $left =~ ^other[1-5]$ ]] || fail "what is left: $left"

it "without Redis or MySQL it is 503, and nothing is unlinked"
log_in "$(code person=away)"
extra=$(link "$user" github away)
program_stop redis
unchanged_rows() { assert_eq "identities" 'weixin wx_openid github' "$(types_of "$user")"; }
identities GET
assert_unavailable
identities DELETE "$extra/"
assert_unavailable
unchanged_rows
redis_start || fail "no Redis"
log_in "$(code person=away)"
mysql_q 'RENAME TABLE user_audit TO audit_gone'
identities DELETE "$extra/"
assert_unavailable
mysql_q 'RENAME TABLE audit_gone TO user_audit'
unchanged_rows
program_stop mysql
identities GET
assert_unavailable
identities DELETE "$extra/"
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
unchanged_rows
identities DELETE "$extra/"
assert_unlinked
