#!/bin/bash
# What a collation holds equal and a person does not: emoji and rare Han in searches, names in filters, the username that
# confirms a deletion. And what a search finds in spite of its case where the collation says so.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/lib/login.sh"
. "$(dirname "$0")/lib/admin.sh"

start_stack current login-wx login-wx-callback admin-users admin-oauths admin-audit
become_admin
mysql_admin scanlogin << 'SQL'
INSERT INTO user_user (password, username, date_joined, nickname, phone_number) VALUES
  ('!', 'u1', NOW(), '😀笑', ''), ('!', 'u2', NOW(), '🎉笑', ''), ('!', 'u3', NOW(), 'a😀b', ''), ('!', 'u4', NOW(), 'A🎉b', ''),
  ('!', 'u5', NOW(), '𠮷野', ''), ('!', 'u6', NOW(), '𡃁野', ''), ('!', 'u7', NOW(), 'Zhang', ''), ('!', 'u8', NOW(), '😀', '😀1'),
  ('!', '🎉u9', NOW(), '吉野', '🎉1');
SQL
found() { # TEXT USERNAME…
  admin GET "users/?ordering=-nickname&limit=200&q=$(jq -rn --arg q "$1" '$q | @uri')"
  assert_status 200
  assert_eq "users found by $1" "$(printf '%s\n' "${@:2}" | sort | paste -sd ' ')" \
    "$(jq -r '.data.items[].username' "$body_file" | sort | paste -sd ' ')"
}
convert() { mysql_q "ALTER TABLE user_user CONVERT TO CHARACTER SET utf8mb4 COLLATE $1"; }

for collation in utf8mb4_general_ci utf8mb4_unicode_ci utf8mb4_unicode_520_ci utf8mb4_uca1400_ai_ci utf8mb4_bin utf8mb4_nopad_bin; do
  it "searches under $collation"
  convert $collation
  found 😀 u1 u8
  found 🎉 u2 🎉u9
  found 😀笑 u1
  found 🎉笑 u2
  found 𠮷 u5
  found 𡃁 u6
  found 👍
  found 吉 🎉u9
  found a😀 u3
  found Zhang u7
  if [[ $collation == *_bin ]]; then
    found zhang
    found A🎉 u4
    found a🎉
  else
    found zhang u7
    found ZHANG u7
    found a🎉 u4
    found A😀B u3
    found a u3 u4
    found A u3 u4
  fi
done
convert utf8mb4_general_ci

it "a deletion is confirmed by the very username"
mysql_q "INSERT INTO user_user (password, username, date_joined) VALUES ('!', 'Bob😀', NOW())"
id=$(mysql_q "SELECT MAX(id) FROM user_user")
for name in bob😀 Bob🎉 'Bob😀 ' Bób😀; do
  admin DELETE "users/$id/" -H "If-Match: $(version_of "$id")" --data-binary "{\"confirm\":\"$name\"}"
  assert_bad confirm "$name"
done
admin DELETE "users/$id/" -H "If-Match: $(version_of "$id")" --data-binary '{"confirm":"Bob😀"}'
assert_status 200

it "a filter is for the name as it stands"
mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT type, type, NOW(), NOW(), $ADMIN_ID FROM (SELECT 'other' AS type UNION ALL SELECT 'OTHER' UNION ALL SELECT 'óther') AS types;
  INSERT INTO user_audit (at, action, request) VALUES (NOW(), 'Login', 'r1'), (NOW(), 'lögin', 'r2'), (NOW(), 'a_c', 'r3'), (NOW(), 'abc', 'r4')"
filtered() { # LIST COLUMN VALUE COUNT
  admin GET "$1/?$2=$(jq -rn --arg v "$3" '$v | @uri')"
  assert_status 200
  assert_json "[.data.items[].$2] | unique | join(\"|\")" "$([[ $4 == 0 ]] || echo "$3")"
  assert_json '.data.items | length' "$4"
}
for name in other OTHER óther; do filtered oauths oauth_type $name 1; done
filtered oauths oauth_type 'other ' 0
filtered oauths oauth_type Other 0
filtered oauths oauth_type weixin 1
for name in Login lögin a_c abc; do filtered audit action $name 1; done
for name in LOGIN 'login ' a%c; do filtered audit action "$name" 0; done
