#!/bin/bash
# shellcheck disable=SC2154 # log_in_as makes t1, t2, …
# A user's sessions: as many as DEVICES, seen and ended by the user and by admins, and why one that ended is refused.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting DEVICES=3
start_stack
good() { # TOKEN
  current "$1"
  assert_eq "the reply to a good token" '200 200' "$status $(jq .code "$body_file")"
}
refused_as() { # REASON TOKEN: at `current`, where it may be remembered, and at one that asks anew
  current "$2"
  assert_denied "$1"
  api GET /api/user/sessions/ -H "IDTOKEN: $2"
  assert_denied "$1"
}
id_of() { sha256 "$1" | cut -c 1-32; } # TOKEN
sessions() { api GET /api/user/sessions/ -H "IDTOKEN: $1"; }
end_session() { api DELETE "/api/user/sessions/$2/" -H "IDTOKEN: $1"; } # TOKEN ID
count() { redis_q HLEN "userToken_$1"; }                               # USER
log_in_as() { # PERSON N: $t1 … $tN
  local n
  for ((n = 1; n <= $2; n++)); do
    log_in "$(code "person=$1")"
    printf -v "t$n" %s "$token"
  done
}
seen() { redis_q HGET "userSeen_{userToken_$user}" "$(sha256 "$token")"; }
set_seen() { redis_q HSET "userSeen_{userToken_$user}" "$(sha256 "$token")" $(($(redis_q TIME | head -n 1) - $1)) > /dev/null; } # AGE
forget_answers() { endpoint_replace current || fail "no current"; }

it "a user may be logged in on three devices; the fourth login ends the oldest session"
log_in_as a 4
refused_as replaced "$t1"
for t in "$t2" "$t3" "$t4"; do good "$t"; done
assert_eq sessions 3 "$(count "$user")"

it "each that a login ends is an entry of its own, with where it came from"
log_in_as b 3
setting DEVICES=1
endpoint_replace login-wx || fail "no login-wx"
log_in "$(code person=b)"
for t in "$t1" "$t2" "$t3"; do refused_as replaced "$t"; done
good "$token"
assert_eq "the entries of that request" "login $(id_of "$token")
$(for t in "$t1" "$t2" "$t3"; do echo "replaced $(id_of "$t")"; done | sort)" "$(mysql_q "SELECT CONCAT(action, ' ', session)
  FROM user_audit WHERE request = (SELECT request FROM user_audit WHERE session = '$(id_of "$token")') ORDER BY action, session")"
assert_eq "what they say" 3 "$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE action = 'replaced' AND user_id = $user
  AND JSON_VALUE(detail, '$.provider') = 'wx' AND JSON_VALUE(detail, '$.id') = session")"
setting DEVICES=3
endpoint_replace login-wx || fail "no login-wx"

it "logins at the same time leave three"
for round in 1 2 3; do
  uuids=()
  for _ in {1..6}; do
    uuid=$(new_uuid)
    scan "$uuid" "$(code person=c)"
    uuids+=("$uuid")
  done
  poll_at_once "round-$round" "${uuids[@]}"
  alive=0
  for t in $(tokens "round-$round"); do
    user=$(part 2 "$t" | jq .id)
    current "$t"
    [[ $status != 200 ]] || alive=$((alive + 1))
  done
  assert_eq "good tokens of round $round, sessions" '3 3' "$alive $(count "$user")"
done

it "the list: the newest first, each with where and when it began, was last used, and which of them asks"
log_in_as d 2
sessions "$t1"
assert_status 200
assert_json_headers
assert_json '.data | keys' '["items"]'
assert_json '.data.items | map(keys_unsorted) | unique' '[["id","began","seen","address","user_agent","provider","current"]]'
assert_json '.data.items | map([.id, .current, .provider])' "[[\"$(id_of "$t2")\",false,\"wx\"],[\"$(id_of "$t1")\",true,\"wx\"]]"
assert_json '.data.items | map(.began, .seen | test("^20[0-9-]{8}T[0-9:]{8}[.]000000Z$")) | all' true
assert_json '.data.items | map(.user_agent | startswith("curl/")) | all' true
assert_not_contains "the list" "$(sha256 "$t1")" "$body"
api GET /api/user/sessions -H "IDTOKEN: $t2"
assert_json '.data.items | map(.current)' '[true,false]'

it "an id ends that session and no other, at once; the audit says so"
end_session "$t1" "$(id_of "$t2")"
assert_eq reply '200 {"code":200,"msg":"已下线"}' "$status $body"
refused_as revoked "$t2"
good "$t1"
assert_eq "what is on record" 'revoke {}' "$(audit_of "$user" | tail -n 1)"
end_session "$t1" "$(id_of "$t1")"
assert_status 200
refused_as logged-out "$t1"
assert_eq "what is on record" 'logout {}' "$(audit_of "$user" | tail -n 1)"

it "another user's, one that is over, and what is no id: 404, and nothing happens"
log_in_as e 1
mine=$t1
log_in_as f 1
for id in "$(id_of "$mine")" "$(id_of "$t2")" "$(sha256 "$t1")" "$(id_of "$t1" | cut -c 1-31)" "$(id_of "$t1" | tr a-f A-F)X" 1 '*' '%2a'; do
  end_session "$t1" "$id"
  assert_status 404
done
good "$mine"
good "$t1"
api DELETE /api/user/sessions/ -H "IDTOKEN: $t1"
assert_status 405

it "a logout with all=1 ends all of them: the others are revoked"
log_in_as g 3
before=$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE user_id = $user")
for query in '' all=0 all=true all; do
  log_in "$(code person=h)"
  others=$token
  log_in "$(code person=h)"
  api POST "/api/user/logout/?$query" -H "IDTOKEN: $token"
  assert_logged_out
  good "$others"
done
api POST '/api/user/logout/?all=1' -H "IDTOKEN: $t2"
assert_logged_out
refused_as logged-out "$t2"
for t in "$t1" "$t3"; do refused_as revoked "$t"; done
user=$(part 2 "$t2" | jq .id)
assert_eq "sessions and entries" "0 $((before + 1)) logout-all" "$(count "$user") $(mysql_q "SELECT COUNT(*) FROM user_audit
  WHERE user_id = $user") $(audit_of "$user" | tail -n 1 | cut -d ' ' -f 1)"

it "an admin sees them, with the last use, and ends one, or all"
become_admin
log_in_as i 3
admin GET "users/$user/"
assert_json '.data.sessions | map(keys_unsorted) | unique' '[["id","began","seen","address","user_agent","provider"]]'
assert_json '.data.sessions | map(.id)' "$(for t in "$t3" "$t2" "$t1"; do id_of "$t"; done | jq -Rsc 'split("\n")[:-1]')"
admin DELETE "users/$user/sessions/$(id_of "$t2")/"
assert_eq reply '200 {"code":200,"msg":"已下线"}' "$status $body"
refused_as revoked "$t2"
assert_eq "what is on record" "revoke $(id_of "$t2") $ADMIN_ID" \
  "$(mysql_q "SELECT CONCAT(action, ' ', session, ' ', actor_id) FROM user_audit WHERE user_id = $user ORDER BY id DESC LIMIT 1")"
admin DELETE "users/$user/sessions/$(id_of "$t2")/"
assert_eq reply '404 {"code":404,"msg":"会话不存在"}' "$status $body"
admin DELETE "users/$ADMIN_ID/sessions/$(id_of "$t1")/"
assert_status 404
good "$t1"
admin POST "users/$user/logout/"
assert_status 200
for t in "$t1" "$t3"; do refused_as revoked "$t"; done

it "a session that ended with a ban is disabled; when the ban is over it is ended all the same"
log_in_as j 2
patch "$user" '{"is_active":false}'
assert_status 200
for t in "$t1" "$t2"; do refused_as disabled "$t"; done
patch "$user" '{"is_active":true}'
forget_answers
for t in "$t1" "$t2"; do refused_as revoked "$t"; done

it "what is no token, or nobody's, has its reason too"
refused_as missing ''
refused_as malformed x
refused_as malformed "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":4102444800}' the-key-of-another-site-0123456789)"
refused_as expired "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":1}')"
refused_as unknown "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":4102444800}')"

it "how a session ended is known for seven days, and of the last hundred"
log_in "$(code person=k)"
logout "$token"
life=$(redis_q TTL "userEnded_{userToken_$user}")
((life > 604700 && life <= 604800)) || fail "it lives for $life s"
redis_q HSET "userEnded_{userToken_$user}" "$(sha256 "$token")" "logged-out $(($(redis_q TIME | head -n 1) - 604801))" > /dev/null
refused_as unknown "$token"
redis_q EVAL "for i = 1, 200 do redis.call('HSET', KEYS[1], 'x' .. i, 'replaced ' .. i) end" 1 "userEnded_{userToken_$user}" > /dev/null
log_in "$(code person=k)"
logout "$token"
refused_as logged-out "$token"
assert_eq "endings that are known" 100 "$(redis_q HLEN "userEnded_{userToken_$user}")"
redis_q FLUSHALL > /dev/null
refused_as unknown "$token"

it "a use is written down once a minute"
log_in "$(code person=l)"
set_seen 50
forget_answers
good "$token"
(($(redis_q TIME | head -n 1) - $(seen) >= 50)) || fail "written within the minute"
set_seen 61
forget_answers
good "$token"
(($(redis_q TIME | head -n 1) - $(seen) < 50)) || fail "not written after a minute: $(seen)"
life=$(redis_q EXPIRETIME "userSeen_{userToken_$user}")
until=$(redis_q EXPIRETIME "userToken_$user")
((life - until <= 1 && until - life <= 1)) || fail "it lives until $life, the session until $until"

it "a session from before all this is good, and counts as one"
become_admin
log_in "$(code person=m)"
redis_q HSET "userToken_$user" "$(sha256 "$token")" '{"began":1700000000,"address":"192.0.2.1","user_agent":"Old/1.0"}' > /dev/null
redis_q DEL "userSeen_{userToken_$user}" > /dev/null
old=$token
admin GET "users/$user/"
assert_json '.data.sessions | map([.began, .seen, .address, .user_agent, .provider])' \
  '[["2023-11-14T22:13:20.000000Z",null,"192.0.2.1","Old/1.0",""]]'
log_in_as m 2
good "$old"
log_in "$(code person=m)"
refused_as replaced "$old"
redis_q SET "userToken_$user" a-text-of-the-Django-module > /dev/null
refused_as unknown "$token"
sessions "$token"
assert_status 401
log_in "$(code person=m)"
good "$token"

it "what is no JSON there is a session, the oldest"
redis_q HSET "userToken_$user" "$(sha256 x)" broken "$(sha256 y)" '[]' > /dev/null
sessions "$token"
assert_json '.data.items | length' 3
assert_json '.data.items[0].current' true
log_in "$(code person=m)"
good "$token"
assert_eq sessions 3 "$(count "$user")"

it "SESSION_IDLE_DAYS ends what nobody uses"
setting SESSION_IDLE_DAYS=2
for name in current sessions login-wx admin-users; do endpoint_replace $name || fail "no $name"; done
log_in_as n 2
token=$t1
set_seen $((2 * 86400 - 60))
good "$t1"
set_seen $((2 * 86400 + 60))
forget_answers
refused_as expired "$t1"
assert_eq sessions 1 "$(count "$user")"
good "$t2"
token=$t2
set_seen $((2 * 86400 + 60))
admin GET "users/$user/"
assert_json '.data.sessions' '[]'
refused_as expired "$t2"
log_in "$(code person=o)"
redis_q DEL "userSeen_{userToken_$user}" > /dev/null
forget_answers
good "$token"
[[ -n $(seen) ]] || fail "one whose last use is not known has none now"

it "while Redis is full, who is logged in stays so"
set_seen 3600
redis_q CONFIG SET maxmemory 1 > /dev/null
forget_answers
good "$token"
api GET /api/user/sessions/ -H "IDTOKEN: $token"
assert_status 200
redis_q CONFIG SET maxmemory 0 > /dev/null
