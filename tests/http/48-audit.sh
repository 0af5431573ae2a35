#!/bin/bash
# user_audit: who did what to whom, and that nothing is in it which did not happen.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting WX_TIMEOUT_MS=3000
start_stack
AGENT="curl/$(curl -V | sed -En '1s#^curl ([^ ]*) .*#\1#p')"
newest() { # COLUMNS [N]: of the newest entry, or the Nth newest
  mysql_admin --raw scanlogin -e "SELECT $1 FROM user_audit ORDER BY id DESC LIMIT 1 OFFSET $((${2:-1} - 1))" | tr '\t' ' '
}
ALL='action, IFNULL(user_id, "-"), IFNULL(actor_id, "-"), actor_name, address, user_agent, detail'
entries() { mysql_q 'SELECT COUNT(*) FROM user_audit'; }

it "a login is an entry, with from where it came; the next one ends the first, from where that came"
log_in "$(code person=a)"
A=$user
assert_eq entry "login $A -  unix: $AGENT {\"new\":true}" "$(newest "$ALL")"
assert_eq "entries" 1 "$(entries)"
uuid=$(new_uuid)
scan "$uuid" "$(code person=a)"
poll "$uuid" -A 'Another/1.0 "x"'
token=$(jq -r .data.token "$body_file")
assert_eq entry "login $A -  unix: Another/1.0 \"x\" {\"new\":false}" "$(newest "$ALL")"
assert_eq "the one before" "replaced $A - " "$(newest 'action, user_id, IFNULL(actor_id, "-"), actor_name' 2)"
assert_eq "its detail" "[true,\"unix:\",\"$AGENT\"]" "$(newest detail 2 | jq -c '[(.began | test("^20.{8}T.{8}\\.000000Z$")), .address, .user_agent]')"
assert_eq "the time" 1 "$(newest 'ABS(TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP(6))) < 5')"

it "its request id is the log's"
assert_eq "lines" 1 "$(grep -c " login request=$(newest request) " "$(log_of login-wx)")"

it "a logout is one; one that is refused is none"
logout "$token"
assert_eq entry "logout $A -  unix: $AGENT {}" "$(newest "$ALL")"
before=$(entries)
logout "$token"
assert_status 401
assert_eq "entries" "$before" "$(entries)"
log_in "$(code person=a)"
assert_eq "nothing is replaced after a logout" 'login logout' "$(newest action) $(newest action 2)"

it "a login that WeChat refuses is one, of nobody"
refused_login() { # DIRECTIVES USER DETAIL
  local uuid before
  uuid=$(new_uuid)
  before=$(entries)
  scan "$uuid" "$(code "$1")"
  poll "$uuid"
  assert_eq "entry for $1" "login-refused $2 -  unix: $AGENT $3" "$(newest "$ALL")"
  assert_eq "entries for $1" $((before + 1)) "$(entries)"
  poll "$uuid"
  assert_eq "entries for $1, asked again" $((before + 1)) "$(entries)"
}
refused_login "errcode=40029.errmsg=$(b64 nope)" - '{"errcode":40029,"errmsg":"nope"}'
refused_login "userinfo-errcode=40003.userinfo-errmsg=$(b64 no)" - '{"errcode":40003,"errmsg":"no"}'
refused_login snapshot - '{"reason":"snapshot-user"}'

it "a banned user's is one, of that user"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $A"
refused_login person=a "$A" '{"reason":"banned"}'
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $A"

it "a poll that finds nothing, and WeChat out of reach, are none"
before=$(entries)
poll "$(new_uuid)"
uuid=$(new_uuid)
scan "$uuid" "$(code status=500)"
poll "$uuid"
assert_status 502
assert_eq "entries" "$before" "$(entries)"

it "what an admin does is one each, with the admin's name"
become_admin
NAME=$(part 2 "$ADMIN" | jq -r .username)
log_in "$(code person=b)"
B=$user
by_admin() { # ACTION DETAIL
  assert_status 200
  assert_eq entry "$1 $B $ADMIN_ID $NAME unix: $AGENT $2" "$(newest "$ALL")"
}
patch "$B" '{"nickname":"\"新\\","is_staff":true}'
by_admin change '{"nickname":["用户b","\"新\\"],"is_staff":[false,true]}'
admin POST "users/$B/logout/"
by_admin logout-all '{}'
patch "$B" '{"is_active":false}'
by_admin change '{"is_active":[true,false]}'
read -r id oauth_type oauth_id < <(mysql_q "SELECT id, oauth_type, oauth_id FROM user_oauth WHERE user_id = $B LIMIT 1")
admin DELETE "oauths/$id/"
by_admin unlink "{\"oauth_type\":\"$oauth_type\",\"oauth_id\":\"$oauth_id\"}"
NAME_OF_B=$(mysql_q "SELECT username FROM user_user WHERE id = $B")
admin DELETE "users/$B/" -H "If-Match: $(version_of "$B")" --data-binary "{\"confirm\":\"$NAME_OF_B\"}"
by_admin delete "{\"username\":\"$NAME_OF_B\"}"
admin GET "audit/?actor=$ADMIN_ID&action=delete"
assert_json '.data.items[0] | [.action, .user, .actor, .actor_name, .detail]' \
  "[\"delete\",$B,$ADMIN_ID,\"$NAME\",{\"username\":\"$NAME_OF_B\"}]"

it "an origin of any length and bytes is kept as far as there is room"
log_in "$(code person=c)"
C=$user
long=$(printf '界%.0s' {1..300})
direct logout POST '' "$token" "HTTP_USER_AGENT=$long" "REMOTE_ADDR=$(printf 'a%.0s' {1..100})"
assert_status 200
assert_eq "lengths" '256 64' "$(newest 'CHAR_LENGTH(user_agent), CHAR_LENGTH(address)')"
log_in "$(code person=c)"
direct logout POST '' "$token" $'HTTP_USER_AGENT=\xff\xfe'
assert_eq "agent" $'\ufffd\ufffd' "$(newest user_agent)"

it "one request id is one entry, whatever is repeated; but one for each session that ends"
before=$(entries)
for query in all=1 all=1 '' ''; do
  log_in "$(code person=c)"
  direct logout POST "$query" "$token" REQUEST_ID=the-same
  assert_status 200
done
assert_eq "entries of it" 'logout-all logout logout' "$(mysql_q 'SELECT action FROM user_audit WHERE request = "the-same" ORDER BY id' | xargs)"

it "without Redis a ban, a logout and a deletion are 503, and neither done nor on record"
log_in "$(code person=c)"
all_rows() { mysql_q 'SELECT * FROM user_user ORDER BY id; SELECT * FROM user_oauth ORDER BY id; SELECT * FROM user_audit ORDER BY id'; }
version=$(version_of "$C")
before=$(all_rows)
# What the admin's own token needs is read still.
redis_q CONFIG SET maxmemory 1 > /dev/null
redis_rights -del -hdel
patch "$C" '{"is_active":false,"nickname":"never"}' "$version"
assert_unavailable
admin POST "users/$C/logout/"
assert_unavailable
admin DELETE "users/$C/" -H "If-Match: $version" \
  --data-binary "{\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $C")\"}"
assert_unavailable
logout "$token"
assert_unavailable
assert_eq rows "$before" "$(all_rows)"
redis_rights
redis_q CONFIG SET maxmemory 0 > /dev/null
current "$token"
assert_status 200
program_stop redis
patch "$C" '{"is_active":false}' "$version"
assert_unavailable
assert_eq rows "$before" "$(all_rows)"
redis_start || fail "no Redis"

it "nor is what MySQL does not take"
become_admin
log_in "$(code person=c)"
mysql_q 'RENAME TABLE user_audit TO audit_gone'
before=$(mysql_q "SELECT * FROM user_user WHERE id = $C") version=\"x\"
patch "$C" '{"is_active":false}' "$version"
mysql_q 'RENAME TABLE audit_gone TO user_audit'
version=$(version_of "$C")
mysql_q 'RENAME TABLE user_audit TO audit_gone'
patch "$C" '{"is_active":false}' "$version"
assert_unavailable
logout "$token"
assert_unavailable
assert_eq "the user" "$before" "$(mysql_q "SELECT * FROM user_user WHERE id = $C")"
current "$token"
assert_status 200

it "a refusal is passed on although it cannot be written down"
uuid=$(new_uuid)
scan "$uuid" "$(code errcode=40029)"
poll "$uuid"
assert_refused 40029
mysql_q 'RENAME TABLE audit_gone TO user_audit'
program_stop mysql
uuid=$(new_uuid)
scan "$uuid" "$(code errcode=40029)"
poll "$uuid"
assert_refused 40029
assert_contains "the log" 'refusal not in user_audit' "$(tail -n 5 "$(log_of login-wx)")"
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"

it "entries older than AUDIT_DAYS go with a login, once a minute of a process, ten thousand at a time"
mysql_q 'INSERT INTO user_audit (at, action, request)
  SELECT UTC_TIMESTAMP(6) - INTERVAL IF(seq <= 10500, 31, 29) DAY, "old", CONCAT("old-", seq) FROM seq_1_to_10600'
old() { mysql_q 'SELECT SUM(at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY), COUNT(*) FROM user_audit WHERE action = "old"' | tr '\t' ' '; }
setting AUDIT_DAYS=30
for left in '500 600' '0 100'; do
  endpoint_replace login-wx || fail "not replaced"
  log_in "$(code person=c)"
  assert_eq "old entries, and all with the younger ones" "$left" "$(old)"
  log_in "$(code person=c)"
done

it "a change that Redis cannot tell the others of is not made, and not on record"
become_admin
log_in "$(code person=c)"
before=$(newest 'action, detail')
redis_rights -pexpire
patch "$C" '{"gender":"kept"}'
assert_unavailable
redis_rights
assert_eq gender '' "$(mysql_q "SELECT gender FROM user_user WHERE id = $C")"
assert_eq "the newest entry" "$before" "$(newest 'action, detail')"

it "all this was done with the rights that docs/install.md asks for, and no more"
# shellcheck disable=SC2016 # names in MySQL's quotes
assert_eq "grants" 'user_audit user_oauth user_user' "$(mysql_q 'SHOW GRANTS FOR scanlogin@localhost' |
  sed -En 's/^GRANT SELECT, INSERT, UPDATE, DELETE ON `scanlogin`\.`(.*)` TO .*/\1/p' | sort | paste -sd ' ')"
assert_eq "all of them" 5 "$(mysql_q 'SHOW GRANTS FOR scanlogin@localhost' | wc -l)" # USAGE, and to see which tables there are
