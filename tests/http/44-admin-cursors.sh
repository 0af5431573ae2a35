#!/bin/bash
# What one part of a list ends with the next one goes on from, for every value that a row can hold, in tables of every
# kind: each order of each list is walked row by row, in both directions, and gives each row once.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin

# Walks LIST by ORDERING; sets $seen to the ids. The rows' own order is the database's.
walk() { # LIST ORDERING
  local cursor='' next part
  seen=''
  while :; do
    admin GET "$1/?limit=4&ordering=$2&cursor=$cursor"
    [[ $status == 200 ]] || fail "$1 by $2 behind $seen: $status $body"
    { read -r part; read -r next; } < <(jq -r '([.data.items[].id] | join(" ")), (.data.next // "")' "$body_file")
    seen+="$part "
    [[ -n $next ]] || break
    [[ $next != "$cursor" ]] || fail "$1 by $2 stands still behind $seen"
    cursor=$next
  done
  seen=${seen% }
}
walks() { # LIST TABLE COLUMN…
  local column
  for column in "${@:3}"; do
    walk "$1" "$column"
    assert_eq "$1 by $column" "$(mysql_q "SELECT id FROM $2 ORDER BY $column, id" | paste -sd ' ')" "$seen"
    walk "$1" "-$column"
    assert_eq "$1 by -$column" "$(mysql_q "SELECT id FROM $2 ORDER BY $column DESC, id DESC" | paste -sd ' ')" "$seen"
  done
}
walks_all() {
  walks users user_user id username nickname phone_number date_joined last_login
  walks oauths user_oauth id created_time last_mod_time
  walks audit user_audit id at
}

mysql_admin scanlogin <<'SQL'
SET sql_mode = '';
INSERT INTO user_user (password, username, date_joined, last_login, nickname, phone_number) VALUES
  ('!', 'a', '2020-01-01', NULL, '', ''),
  ('!', 'b', '2020-01-01', NULL, '', ''),
  ('!', 'c', '2020-01-01 00:00:00.000001', '2020-01-01', ' ', ' '),
  ('!', 'd', '0000-00-00', '0000-00-00', 'x\0y', '\0'),
  ('!', 'e', '0000-00-00', '0000-00-00 00:00:00', 'x\0z', '\0\0'),
  ('!', 'f', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999', REPEAT('😀', 225), '+86 1'),
  ('!', 'g', '2020-01-01', '2020-02-02 02:02:02.2', REPEAT('🎉', 225), '１２３'),
  ('!', 'h', '2020-01-01', '2020-02-02 02:02:02.2', '\r\n\t\Z\b', 'a\\b'),
  ('!', 'i', '1000-01-01', '2020-02-02 02:02:02.2', '\'"\\%_', '%'),
  ('!', 'j', '2020-01-01', '2020-02-02 02:02:02.2', 'NULL', 'null'),
  ('!', 'k', '2020-01-01', '2020-02-02 02:02:02.2', 'Zhang', 'Z'),
  ('!', 'l', '2020-01-01', '2020-02-02 02:02:02.2', 'zhang', 'z'),
  ('!', 'm', '2020-01-01', '2020-02-02 02:02:02.2', 'zháng ', 'z '),
  ('!', 'n', '2020-01-01', '2020-02-02 02:02:02.2', '𠮷野家', '𠮷');
INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT 'weixin', username, date_joined, date_joined, id FROM user_user WHERE LENGTH(username) = 1;
INSERT INTO user_audit (at, action, user_id, request) SELECT date_joined, 'login', id, username FROM user_user;
SQL

it "tables as they are made here"
walks_all

it "a date with a zero is no time: null, and empty in CSV"
admin GET 'users/?q=d&limit=1'
assert_json '.data.items[0] | [.date_joined, .last_login]' '[null,null]'
admin GET 'users/?q=d&format=csv'
assert_contains "the row" ',"",,,true,false,false' "$(tr -d '\000' < "$body_file" | sed 's/"[^"]*x[^"]*"/""/; s/,"",""/,""/g; s/,"[^"]*",,,/,"",,,/')"

it "times without decimals, as old versions of Django and MySQL made them, and with three"
for decimals in '' '(3)'; do
  mysql_q "SET sql_mode = ''; ALTER TABLE user_user MODIFY date_joined datetime$decimals NOT NULL, MODIFY last_login datetime$decimals NULL;
    ALTER TABLE user_oauth MODIFY created_time datetime$decimals NOT NULL, MODIFY last_mod_time datetime$decimals NOT NULL;
    ALTER TABLE user_audit MODIFY at datetime$decimals NOT NULL"
  walks users user_user date_joined last_login
  walks oauths user_oauth created_time last_mod_time
  walks audit user_audit at
done

for collation in utf8mb4_general_ci utf8mb4_unicode_ci utf8mb4_unicode_520_ci utf8mb4_bin; do
  it "texts that $collation holds equal"
  mysql_q "SET sql_mode = ''; ALTER TABLE user_user CONVERT TO CHARACTER SET utf8mb4 COLLATE $collation"
  walks users user_user username nickname phone_number

  it "... who looks for one emoji or rare character gets no other, and letters as $collation has them"
  found() { admin GET "users/?q=$(jq -rn --arg text "$1" '$text | @uri')"; jq -r '.data.items[].username' "$body_file" | paste -sd ' '; }
  assert_eq "😀" f "$(found 😀)"
  assert_eq "🎉🎉" g "$(found 🎉🎉)"
  assert_eq "😀🎉" '' "$(found 😀🎉)"
  assert_eq "𠮷" n "$(found 𠮷)"
  assert_eq "𠮸" '' "$(found 𠮸)"
  if [[ $collation == *_bin ]]; then expected=k; else expected='k l m'; fi
  assert_eq "Zhang" "$expected" "$(found Zhang)"
done
