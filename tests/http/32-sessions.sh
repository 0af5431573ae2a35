#!/bin/bash
# One device at a time: what Redis knows of a login, and what the next one does to it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

good() { # TOKEN
  current "$1"
  assert_eq "the reply to a good token" '200 200' "$status $(jq .code "$body_file")"
}
session() { redis_q HGET "userToken_$user" "$(sha256 "$token")"; }

it "Redis has the SHA-256 of the token, and no more of it than that"
log_in "$(code person=a)"
assert_eq "the fields of userToken_$user" "$(sha256 "$token")" "$(redis_q HKEYS "userToken_$user")"
redis_q CONFIG SET rdbcompression no > /dev/null
redis_q SAVE > /dev/null
grep -q "userToken_$user" "$STACK_DIR/redis/dump.rdb" || fail "the dump is not what Redis holds"
for n in 2 3; do
  ! grep -q "$(cut -d . -f $n <<< "$token")" "$STACK_DIR/redis/dump.rdb" || fail "part $n of the token is in Redis"
done

it "beside it, when and where the session began"
session > "$body_file"
assert_json 'keys_unsorted' '["began","us","address","user_agent","provider","exp"]'
assert_json '[.provider, .exp]' "[\"wx\",$(part 2 "$token" | jq .exp)]"
(($(date +%s) - $(jq .began "$body_file") <= 60)) || fail "it began then: $(session)"
scan u1 "$(code)"
direct login-wx GET uuid=u1 '' REMOTE_ADDR=2001:db8::7 $'HTTP_USER_AGENT=浏览器 "x"\n\xff'"$(printf '%01000d' 0)"
token=$(jq -r .data.token "$body_file") user=$(part 2 "$token" | jq .id)
session > "$body_file"
assert_json .address 2001:db8::7
assert_json '.user_agent | startswith("浏览器 \"x\"\n�000")' true
assert_json '.user_agent | length' 256

it "the session lives as long as the token"
assert_eq "it ends" "$(part 2 "$token" | jq .exp)" "$(redis_q EXPIRETIME "userToken_$user")"

it "a new login replaces the session: the older token is dead, the new one good"
log_in "$(code person=a)"
first=$token a=$user
good "$first"
log_in "$(code person=a)"
assert_eq "the user" "$a" "$user"
for call in current logout; do
  $call "$first"
  assert_denied replaced "$call with the older token"
done
good "$token"
assert_eq "the sessions" "$(sha256 "$token")" "$(redis_q HKEYS "userToken_$a")"

it "and lives as long as the new token, however short the old one lived"
redis_q EXPIRE "userToken_$a" 100 > /dev/null
log_in "$(code person=a)"
assert_eq "it ends" "$(part 2 "$token" | jq .exp)" "$(redis_q EXPIRETIME "userToken_$a")"
second=$token

it "nobody else's session is touched"
log_in "$(code person=b)"
good "$token"
good "$second"

it "a login that is refused leaves the session that is there"
scan u2 "$(code person=a.userinfo-errcode=40003)"
poll u2
assert_refused 40003
scan u3 "$(code person=a.userinfo-status=500)"
poll u3
assert_weixin_unavailable
good "$second"

it "a session that Redis forgets is over"
redis_q DEL "userToken_$a" > /dev/null
current "$second"
assert_denied unknown

it "every replaced endpoint knows the sessions that were there"
log_in "$(code person=a)"
for name in login-wx current logout; do endpoint_replace $name || fail "$name not replaced"; done
good "$token"
log_in "$(code person=a)"
good "$token"
logout "$token"
assert_status 200
