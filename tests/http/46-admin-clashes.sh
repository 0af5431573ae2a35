#!/bin/bash
# A person whose identities are two users': what is on record of that, once, and the list of those that are not solved.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
openid() { echo "o6_$(sha256 "openid:$1" | cut -c 1-25)"; } # PERSON
username_of() { mysql_q "SELECT username FROM user_user WHERE id = $1"; }
recorded() { mysql_q "SELECT user_id, detail FROM user_audit WHERE action = 'clash' ORDER BY id" | tr '\t' ' '; }
entry() { echo "$1 {\"other_user\":$2,\"identity\":{\"oauth_type\":\"wx_openid\",\"oauth_id\":\"$(openid "$3")\"}}"; } # USER OTHER PERSON
listed() { # EXPECTED: the users and other users of all clashes, the newest first
  admin GET clashes/
  assert_status 200
  assert_json '[.data.items[] | [.user, .other_user]]' "$1"
}
clash() { # PERSON OTHER: PERSON's unionid comes with OTHER's openid
  log_in "$(code "person=$1.openid=$2")"
}
merge() { # FROM INTO
  admin POST "users/$2/merge/" -H 'If-Match: *' --data-binary "{\"from\":$1,\"confirm\":\"$(username_of "$1")\"}"
  assert_status 200
}
for person in a b c d; do
  log_in "$(code "person=$person")"
  declare "${person^^}=$user"
done

it "as long as there is none, the list is empty"
listed '[]'
assert_json .data.next null
assert_json_headers

it "a login by two users' identities is on record, with whose they are"
clash a b
assert_eq user "$A" "$user"
assert_eq "on record" "$(entry "$A" "$B" b)" "$(recorded)"
admin GET clashes/
assert_json '.data.items[0] | keys_unsorted' '["id","at","user","username","nickname","is_active",'$(
  )'"other_user","other_username","other_nickname","other_is_active","oauth_type","oauth_id"]'
assert_json '.data.items[0] | del(.id, .at)' "{\"user\":$A,\"username\":\"$(username_of "$A")\",\"nickname\":\"用户a\",\"is_active\":true,$(
  )\"other_user\":$B,\"other_username\":\"$(username_of "$B")\",\"other_nickname\":\"用户b\",\"other_is_active\":true,$(
  )\"oauth_type\":\"wx_openid\",\"oauth_id\":\"$(openid b)\"}"
assert_json '.data.items[0] | [.id, (.at | test("^20.{24}Z$"))]' "[$(mysql_q "SELECT id FROM user_audit WHERE action = 'clash'"),true]"
admin GET audit/?action=clash
assert_json '[.data.items[] | [.user, .actor]]' "[[$A,null]]"

it "... once, however often they log in"
for _ in 1 2 3; do clash a b; done
assert_eq "on record" "$(entry "$A" "$B" b)" "$(recorded)"
listed "[[$A,$B]]"

it "... once, if they are first met in several logins at the same time"
uuids=()
for _ in 1 2 3 4; do
  uuids+=("$(new_uuid)")
  scan "${uuids[-1]}" "$(code person=a.openid=c)"
done
poll_at_once clash "${uuids[@]}"
assert_eq "logins" "4 200 $LOGGED_IN" "$(tally clash)"
assert_eq "on record" "$(entry "$A" "$B" b)"$'\n'"$(entry "$A" "$C" c)" "$(recorded)"
listed "[[$A,$C],[$A,$B]]"

it "an identity that differs in case alone is another one"
mysql_q "UPDATE user_audit SET detail = REPLACE(detail, '$(openid c)', UPPER('$(openid c)')) WHERE action = 'clash'"
listed "[[$A,$B]]"
clash a c
listed "[[$A,$C],[$A,$B]]"

it "the list goes on by its cursor, is filtered by user, and comes as CSV"
clash c d
listed "[[$C,$D],[$A,$C],[$A,$B]]"
admin GET 'clashes/?limit=2'
assert_json '[.data.items[].other_user]' "[$D,$C]"
admin GET "clashes/?limit=2&cursor=$(jq -r .data.next "$body_file")"
assert_json '[[.data.items[].other_user], .data.next]' "[[$B],null]"
admin GET "clashes/?user=$C&ordering=id"
assert_json '[.data.items[].other_user]' "[$D]"
admin GET 'clashes?format=csv'
assert_header Content-Disposition 'attachment; filename="clashes.csv"'
assert_eq "lines, and the last one" "4 $A,\"$(username_of "$A")\",\"用户a\",true,$B" \
  "$(wc -l < "$body_file") $(tail -n 1 "$body_file" | cut -d , -f 3-7)"

it "it is solved where one is merged into the other, either way"
merge "$B" "$A"
listed "[[$C,$D],[$A,$C]]"
clash a b
assert_eq user "$A" "$user"
merge "$C" "$D"
listed '[]'

it "... and with a third user: the next login tells whose the identity is now"
clash a c
listed "[[$A,$D]]"
merge "$A" "$D"
listed '[]'
clash a c
assert_eq user "$D" "$user"
listed '[]'

it "... where the identity is unlinked, or the other user gone; and it is on record anew where AUDIT_DAYS took it away"
for person in e f g; do
  log_in "$(code "person=$person")"
  declare "${person^^}=$user"
done
clash e f
clash e g
listed "[[$E,$G],[$E,$F]]"
mysql_q "DELETE FROM user_audit WHERE action = 'clash'"
listed '[]'
clash e f
clash e g
listed "[[$E,$G],[$E,$F]]"
admin DELETE "oauths/$(mysql_q "SELECT id FROM user_oauth WHERE oauth_id = '$(openid f)'")/"
assert_status 200
listed "[[$E,$G]]"
mysql_q "DELETE FROM user_user WHERE id = $G"
listed '[]'

it "a login that is refused, because the user is banned, is not on record as one"
for person in h i; do
  log_in "$(code "person=$person")"
  declare "${person^^}=$user"
done
before=$(recorded)
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $H"
uuid=$(new_uuid)
scan "$uuid" "$(code person=h.openid=i)"
poll "$uuid"
assert_body '{"code":1001,"msg":"用户已被禁用"}'
assert_eq "on record" "$before" "$(recorded)"
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $H"
clash h i
listed "[[$H,$I]]"
patch "$H" '{"is_active":false}'
admin GET clashes/
assert_json '[.data.items[] | [.is_active, .other_is_active]]' '[[false,true]]'

it "an entry that is no JSON is no clash, and a table that Django made is compared by its bytes"
mysql_q "INSERT INTO user_audit (at, action, user_id, request, detail) VALUES (NOW(), 'clash', $H, 'x', '{')"
mysql_q 'ALTER TABLE user_oauth DROP KEY user_oauth_type_id_uniq, MODIFY oauth_type varchar(32)
  CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci NOT NULL, MODIFY oauth_id varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL'
listed "[[$H,$I]]"
