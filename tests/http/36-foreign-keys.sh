#!/bin/bash
# What somebody else has written into Redis under our own names, of another type or with another content, is as good as
# absent: no session, no code, no outcome. It is no failure of Redis, and stands in nobody's way.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/lib/login.sh"

setting CURRENT_CACHE_ENTRIES=0
start_stack
BEGIN=/api/user/login/wx/ CALLBACK=/api/user/login/wx/callback/

begin() {
  api POST $BEGIN -c "$test_dir/jar"
  uuid=$(jq -r .data.uuid "$body_file")
}
returns() { api GET "$CALLBACK?code=$1&state=$uuid" -b "$test_dir/jar"; }
ask() { api GET "$BEGIN?uuid=$uuid" -b "$test_dir/jar"; }
finds_nothing() { assert_eq "the poll's reply" "200 $NOTHING_SCANNED" "$status $body"; }
gives_token() { assert_json '.data.token | type' string; }
# Each makes KEY a value that none of the programs writes.
foreign_types=(foreign_list foreign_set foreign_hash foreign_stream)
foreign_list() { redis_q DEL "$1" > /dev/null && redis_q RPUSH "$1" a b > /dev/null; }
foreign_set() { redis_q DEL "$1" > /dev/null && redis_q SADD "$1" a b > /dev/null; }
foreign_hash() { redis_q DEL "$1" > /dev/null && redis_q HSET "$1" field value > /dev/null; }
foreign_stream() { redis_q DEL "$1" > /dev/null && redis_q XADD "$1" '*' field value > /dev/null; }
foreign_text() { redis_q SET "$1" 'gASVCgAAAAAAAACMBnVzZXJfN5Qu' > /dev/null; }

log_in "$(code person=7)"
log_in "$(code person=admin)"
admin=$token
mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"
log_in "$(code person=7)"

for foreign in "${foreign_types[@]/foreign_hash/foreign_text}"; do
  it "userToken_<id> is a ${foreign#*_}: nobody is logged in, and a login, a list and a ban go through"
  $foreign "userToken_$user"
  current "$token"
  assert_refusal '无效的token'
  logout "$token"
  assert_refusal '无效的token'
  api GET "/api/user/admin/users/$user/" -H "IDTOKEN: $admin"
  assert_json .data.sessions '[]'
  log_in "$(code person=7)"
  current "$token"
  assert_status 200
  $foreign "userToken_$user"
  api POST "/api/user/admin/users/$user/logout/" -H "IDTOKEN: $admin"
  assert_status 200
  log_in "$(code person=7)"
done

it "userToken_<id> has fields of somebody else's: they are no sessions"
redis_q HSET "userToken_$user" field value "$(sha256 x)" '[]' "$(sha256 y)" '{"began":"x"}' > /dev/null
current "$token"
assert_status 200
api GET "/api/user/admin/users/$user/" -H "IDTOKEN: $admin"
assert_json '.data.sessions | length >= 1' true
log_in "$(code person=7)"

for foreign in "${foreign_types[@]}"; do
  it "the code is a ${foreign#*_}: nothing is scanned, and a scan counts"
  begin
  $foreign "WeixinCodeMap:$uuid"
  ask
  finds_nothing
  returns "$(code)"
  ask
  gives_token

  it "the claim, the grant, the outcome are a ${foreign#*_}: the login goes through"
  begin
  returns "$(code)"
  for key in "WeixinClaim:$uuid" "WeixinGrant:$uuid" "WeixinCodeMap:$uuid:outcome"; do $foreign "$key"; done
  ask
  gives_token
  ask
  gives_token

  it "what binds the login is a ${foreign#*_}: it is nobody's"
  begin
  $foreign "WeixinLogin:$uuid"
  returns "$(code)"
  assert_contains "the page" 登录未完成 "$body"
  ask
  finds_nothing
done

it "the outcome is another's text: nothing is scanned"
begin
redis_q SET "WeixinCodeMap:$uuid:outcome" $'\n'gASVCg > /dev/null
ask
finds_nothing
redis_q SET "WeixinCodeMap:$uuid:outcome" $'\n{"token":"x","sha256":"y"}' > /dev/null
ask
finds_nothing

for text in gASVCg '{}' '{"errcode":40029}' '{"is_snapshotuser":1}' '{"access_token":1,"openid":"x"}'; do
  it "the grant is another's text: the code is exchanged ($text)"
  begin
  code=$(code)
  returns "$code"
  redis_q SET "WeixinGrant:$uuid" "$code"$'\n'"$text" > /dev/null
  ask
  gives_token
  assert_calls "$code" 1 1
done
