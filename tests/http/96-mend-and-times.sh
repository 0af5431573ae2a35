#!/bin/bash
# sql/mend-nicknames.sql and sql/times-to-utc.sql: what they show, what they change, and that they do it once.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/migrations.bash"

mysql_start "$MYSQL_SECRET" || fail "no MariaDB"

# As Python stores it: each byte of the UTF-8 becomes the character of that number.
garbled() { printf %s "$1" | iconv -f latin1 -t utf8; }
hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F; }
add_user() { # ID NICKNAME
  mysql_admin "$DB" -e "INSERT INTO user_user (id, password, username, date_joined, nickname)
    VALUES ($1, '', 'u$1', '2024-05-01 08:00:00.25', CONVERT(X'$(hex "$2")' USING utf8mb4))"
}
nicknames() { db_sql 'SELECT id, HEX(nickname) FROM user_user ORDER BY id'; }

it "it is for after the migrations"
db_new latin1
before=$(whole)
sql_file mend-nicknames.sql 'SET @mend = 1'
assert_eq "its status" 1 "$ended"
assert_contains "what it says" 'STOPPED, nothing was changed. Run 0001-from-django.sql first' "$said"
sql_file times-to-utc.sql "SET @zone = '+08:00'"
assert_eq "its status" 1 "$ended"
assert_contains "what it says" 'STOPPED, nothing was changed. Run 0001-from-django.sql and 0002-admin.sql first' "$said"
assert_eq "all there is" "$before" "$(whole)"

it "what is shown, before anything changes"
db_new utf8mb4
migrate
db_sql 'DELETE FROM user_oauth; DELETE FROM user_user_groups; DELETE FROM django_admin_log; DELETE FROM authtoken_token; DELETE FROM user_user'
texts=(张三 '🐼 熊猫' naïve é 'a张' $'李 O\'Neil "x" \\\\' $'\u0080\u00ff' "$(printf '\U10FFFF')" 王€™)
id=0 expected=''
for text in "${texts[@]}"; do
  id=$((id + 1))
  add_user $id "$(garbled "$text")"
  expected+="$id"$'\t'"$(hex "$text")"$'\n'
done
# These stay: good ones, ASCII, bytes that are no UTF-8 (cut, overlong, a surrogate, beyond U+10FFFF), beyond U+00FF.
good=(张三 '🐼' plain naïve 'é' '€' "$(garbled 张)张" "$(printf '\xc3\xa5\xc2\xbc')" "$(printf '\xc3\x80\xc2\x80')"
  "$(printf '\xc3\xa0\xc2\x80\xc2\x80')" "$(printf '\xc3\xad\xc2\xa0\xc2\x80')" "$(printf '\xc3\xb4\xc2\x90\xc2\x80\xc2\x80')"
  "$(printf '\xc3\xb0\xc2\x80\xc2\x80\xc2\x80')" "$(printf '\xc2\x80')" "å¼ â€™" '')
for text in "${good[@]}"; do
  id=$((id + 1))
  add_user $id "$text"
  expected+="$id"$'\t'"$(hex "$text")"$'\n'
done
# Garbled twice: whether once or twice is meant nobody can tell.
id=$((id + 1))
add_user $id "$(garbled "$(garbled 张)")"
expected+="$id"$'\t'"$(hex "$(garbled "$(garbled 张)")")"
before=$(whole)
sql_file mend-nicknames.sql
assert_eq "its status" 0 "$ended"
assert_contains "what it shows" $'张三\twould be mended' "$said"
assert_contains "what it shows" $'\tleft' "$said"
assert_contains "what it counts" "0"$'\t'"${#texts[@]}"$'\t1' "$said"
assert_eq "all there is" "$before" "$(whole)"

it "mended, and the others untouched"
sql_file mend-nicknames.sql 'SET @mend = 1'
assert_eq "its status" 0 "$ended"
assert_contains "what it counts" "${#texts[@]}"$'\t0\t1' "$said"
assert_eq "the nicknames" "$expected" "$(nicknames)"
it "nothing is mended twice"
sql_file mend-nicknames.sql 'SET @mend = 1'
assert_contains "what it counts" $'0\t0\t1' "$said"
assert_eq "the nicknames" "$expected" "$(nicknames)"

it "exact for each byte from 80 to FF"
db_sql 'DELETE FROM user_user'
expected='' values=''
for ((byte = 0x80; byte <= 0xff; byte++)); do
  # Each as the last byte of a good character if it continues one, and else as the first.
  printf -v lead '%02X' $byte
  case $lead in
    [89AB]?) raw=E5BC$lead ;;
    C[01] | F[5-9A-F]) raw='' ;; # in no UTF-8
    [CD]?) raw=${lead}80 ;;
    E0) raw=E0A080 ;;
    E?) raw=${lead}8080 ;;
    F0) raw=F0908080 ;;
    F?) raw=${lead}808080 ;;
  esac
  text=$(hex "$(perl -e 'print pack "H*", $ARGV[0]' "${raw:-$lead}" | iconv -f latin1 -t utf8)")
  values+="${values:+,}($byte, '', 'u$byte', '2024-05-01', CONVERT(X'$text' USING utf8mb4))"
  expected+=$byte$'\t'${raw:-$text}$'\n'
done
mysql_admin "$DB" -e "INSERT INTO user_user (id, password, username, date_joined, nickname) VALUES $values"
sql_file mend-nicknames.sql 'SET @mend = 1'
assert_eq "its status" 0 "$ended"
assert_eq "the nicknames" "${expected%$'\n'}" "$(nicknames)"

times() { db_sql 'SELECT id, date_joined, last_login FROM user_user ORDER BY id; SELECT id, created_time, last_mod_time FROM user_oauth ORDER BY id'; }
it "times: shown, and nothing moved, without a zone or with one that the server does not know"
db_new utf8mb4
migrate
mysql_admin "$DB" -e "SET sql_mode = ''; INSERT INTO user_user (id, password, username, date_joined, last_login)
  VALUES (8, '', 'zero', 0, '1970-01-01 07:00:00'), (9, '', 'never', '9999-12-31 23:59:59.999999', NULL)"
before=$(whole)
sql_file times-to-utc.sql
assert_eq "its status" 0 "$ended"
assert_contains "what it shows" $'last_login\t2021-04-02 08:00:00.000000' "$said"
assert_contains "what it says" 'nothing: no @zone is given' "$said"
sql_file times-to-utc.sql "SET @zone = 'Europe/Nowhere'"
assert_eq "its status" 1 "$ended"
assert_contains "what it says" 'STOPPED, nothing was changed. The server does not know the zone Europe/Nowhere' "$said"
assert_eq "all there is" "$before" "$(whole)"

it "times: moved, once"
sql_file times-to-utc.sql "SET @zone = '+08:00', sql_mode = 'TRADITIONAL'"
assert_eq "its status ($said)" 0 "$ended"
moved="1	2021-03-28 02:00:00.000000	NULL
2	2021-04-01 01:30:00.000000	2021-04-02 00:00:00.000000
7	2021-04-03 15:59:59.000000	NULL
8	0000-00-00 00:00:00.000000	1970-01-01 07:00:00.000000
9	9999-12-31 23:59:59.999999	NULL
1	2021-04-01 01:30:00.000000	2021-04-01 01:30:00.000000
5	2021-04-03 15:59:59.000000	2021-04-03 15:59:59.000000"
assert_eq "the times" "$moved" "$(times)"
assert_eq "on record" $'times-to-utc\tsql:root@localhost\t{"zone": "+08:00"}' "$(db_sql 'SELECT action, actor_name, detail FROM user_audit')"
sql_file times-to-utc.sql "SET @zone = '+08:00'"
assert_eq "its status" 1 "$ended"
assert_contains "what it says" 'STOPPED, nothing was changed. user_audit has entries' "$said"
mysql_admin --force --init-command="SET @zone = '+08:00'" "$DB" < "$STACK_ROOT/sql/times-to-utc.sql" > "$test_dir/forced" 2>&1 || true
assert_eq "the times" "$moved" "$(times)"
