#!/bin/bash
# What somebody else has written into Redis under our own names, of another type or with another content, is as good as
# absent: no session, no code, no outcome. It is no failure of Redis, and stands in nobody's way.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/bound.bash"

setting CURRENT_CACHE_ENTRIES=0
start_stack

# Each makes KEY a value that none of the programs writes.
foreign_types=(foreign_list foreign_set foreign_hash foreign_stream)
foreign_list() { redis_q DEL "$1" > /dev/null && redis_q RPUSH "$1" a b > /dev/null; }
foreign_set() { redis_q DEL "$1" > /dev/null && redis_q SADD "$1" a b > /dev/null; }
foreign_hash() { redis_q DEL "$1" > /dev/null && redis_q HSET "$1" field value > /dev/null; }
foreign_stream() { redis_q DEL "$1" > /dev/null && redis_q XADD "$1" '*' field value > /dev/null; }
foreign_text() { redis_q SET "$1" 'gASVCgAAAAAAAACMBnVzZXJfN5Qu' > /dev/null; }

log_in "$(code person=7)"
become_admin
log_in "$(code person=7)"

for foreign in "${foreign_types[@]/foreign_hash/foreign_text}"; do
  it "userToken_<id> is a ${foreign#*_}: nobody is logged in, and a login, a list and a ban go through"
  $foreign "userToken_$user"
  current "$token"
  assert_denied '无效的token'
  logout "$token"
  assert_denied '无效的token'
  admin GET "users/$user/"
  assert_json .data.sessions '[]'
  log_in "$(code person=7)"
  current "$token"
  assert_status 200
  $foreign "userToken_$user"
  admin POST "users/$user/logout/"
  assert_status 200
  log_in "$(code person=7)"
done

it "userToken_<id> has fields of somebody else's: they are no sessions"
redis_q HSET "userToken_$user" field value "$(sha256 x)" '[]' "$(sha256 y)" '{"began":"x"}' > /dev/null
current "$token"
assert_status 200
admin GET "users/$user/"
assert_json '.data.sessions | length >= 1' true
log_in "$(code person=7)"

for foreign in "${foreign_types[@]}"; do
  it "the code is a ${foreign#*_}: nothing is scanned, and a scan counts"
  begin one
  $foreign "WeixinCodeMap:$(tag "$uuid")"
  ask one "$uuid"
  assert_nothing_scanned
  callback one "$uuid" "$(code)"
  ask one "$uuid"
  assert_logged_in

  it "the claim, the grant, the outcome are a ${foreign#*_}: the login goes through"
  begin one
  callback one "$uuid" "$(code)"
  for key in "WeixinClaim:$(tag "$uuid")" "WeixinGrant:$(tag "$uuid")" "WeixinCodeMap:$(tag "$uuid"):outcome"; do $foreign "$key"; done
  ask one "$uuid"
  assert_logged_in
  ask one "$uuid"
  assert_logged_in

  it "what binds the login is a ${foreign#*_}: it is nobody's"
  begin one
  $foreign "WeixinLogin:$(tag "$uuid")"
  callback one "$uuid" "$(code)"
  assert_page 登录未完成
  ask one "$uuid"
  assert_nothing_scanned
done

it "the outcome is another's text: nothing is scanned"
begin one
redis_q SET "WeixinCodeMap:$(tag "$uuid"):outcome" $'\n'gASVCg > /dev/null
ask one "$uuid"
assert_nothing_scanned
redis_q SET "WeixinCodeMap:$(tag "$uuid"):outcome" $'\n{"token":"x","sha256":"y"}' > /dev/null
ask one "$uuid"
assert_nothing_scanned

for text in gASVCg '{}' '{"errcode":40029}' '{"is_snapshotuser":1}' '{"access_token":1,"openid":"x"}'; do
  it "the grant is another's text: the code is exchanged ($text)"
  begin one
  code=$(code)
  callback one "$uuid" "$code"
  redis_q SET "WeixinGrant:$(tag "$uuid")" "$code"$'\n'"$text" > /dev/null
  ask one "$uuid"
  assert_logged_in
  assert_calls "$code" 1 1
done
