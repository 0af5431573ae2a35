#!/bin/bash
# The lists as CSV: the form, what a spreadsheet must not take for a formula, streaming, and an end that comes too early.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
CRLF=$'\r\n' BOM=$'\xef\xbb\xbf'
# A reply without a fresh line end, as it came: $(…) would take the line ends away.
as_it_came() { cat "$body_file"; echo .; }
csv() { # LIST [QUERY]
  admin GET "$1/?format=csv${2:+&$2}"
  assert_status 200
}
field() { # EXPECTED NICKNAME: what the field of a new user of that name is
  fields=$((fields + 1))
  mysql_admin scanlogin <<< "INSERT INTO user_user (password, username, date_joined, nickname)
    VALUES ('!', 'field_${fields}_', '2022-02-02', '$2')"
  csv users "q=field_${fields}_"
  sed 1d "$body_file" > "$test_dir/row"
  assert_eq "the field for $2" "$1" \
    "$(sed -z -E 's/^[0-9]+,"[^"]*",(.*),"","","",2022-02-02T00:00:00.000000Z,,true,false,false\r\n$/\1/' "$test_dir/row")"
}
fields=0

it "the head, the types, the headers"
csv users "q=$(part 2 "$ADMIN" | jq -r .username)"
joined=$(mysql_q "SELECT CONCAT(DATE_FORMAT(date_joined, '%Y-%m-%dT%T.%fZ'), ',', DATE_FORMAT(last_login, '%Y-%m-%dT%T.%fZ'))
  FROM user_user WHERE id = $ADMIN_ID")
assert_eq file "${BOM}id,username,nickname,avatar_url,gender,phone_number,date_joined,last_login,is_active,is_staff,is_superuser$CRLF$(
  )$(mysql_q "SELECT CONCAT(id, ',\"', username, '\",\"', nickname, '\",\"', avatar_url, '\",\"', gender, '\"') FROM user_user
  WHERE id = $ADMIN_ID"),\"\",$joined,true,true,false$CRLF." "$(as_it_came)"
assert_header Content-Type 'text/csv; charset=utf-8'
assert_header Content-Disposition 'attachment; filename="user_user.csv"'
assert_header Cache-Control no-store
assert_header X-Content-Type-Options nosniff
assert_no_header Content-Length
assert_header Transfer-Encoding chunked
csv oauths
assert_eq head "${BOM}id,user,oauth_type,oauth_id,created_time,last_mod_time"$'\r' "$(head -n 1 "$body_file")"
csv audit
assert_eq head "${BOM}id,at,action,user,actor,actor_name,address,user_agent,detail"$'\r' "$(head -n 1 "$body_file")"
assert_contains detail ',"{""new"":true}"' "$body"

it "a field with a quote, a comma or a line end is one field"
field '"a""b"' 'a"b'
field '"a,b"' 'a,b'
field '"张三 😀"' '张三 😀'
field $'"a\r\nb"' 'a\r\nb'
field '""' ''

it "what a spreadsheet would take for a formula begins with an apostrophe"
for first in = + - @; do field "\"'${first}1+1\"" "${first}1+1"; done
field $'"\'\t\'=1"' '\t=1'
field '"x;'"'=1+1;y"'"' 'x;=1+1;y'
field $'"\'\r=1"' '\r=1'
field $'"\'\n=1"' '\n=1'
field '"1=1"' 1=1
for first in ＝ ＋ － ＠ ﹢ ﹣ ﹦ ﹫ −; do field "\"'${first}1+1\"" "${first}1+1"; done
for blank in ' ' $'\u00a0' $'\u3000' $'\u200b' $'\u2060' $'\ufeff' ' '$'\u3000'; do
  field "\"$blank'=1+1\"" "$blank=1+1"
  field "\"x;$blank'＝1\"" "x;$blank＝1"
done
field '"a＝b －c 名＋字"' 'a＝b －c 名＋字'
field "\"'=HYPERLINK(\"\"http://x\"\")\"" '=HYPERLINK("http://x")'

it "filters, search and order count; limit and cursor do not"
csv users 'q=field_1&limit=1&ordering=-id'
assert_eq ids "$(mysql_q 'SELECT id FROM user_user WHERE username LIKE "field\_1%" ORDER BY id DESC' | paste -sd ' ')" \
  "$(grep -oE '^[0-9]+' "$body_file" | paste -sd ' ')"
csv users is_staff=1
assert_eq ids "$ADMIN_ID" "$(sed 1d "$body_file" | cut -d , -f 1)"
admin GET 'users/?format=csv&nonsense=1'
assert_bad nonsense

it "thousands of rows come whole and in order, by any ordering"
mysql_q 'INSERT INTO user_user (password, username, date_joined, last_login, nickname)
  SELECT "!", CONCAT("many_", seq), "2023-01-01", IF(seq % 2, NULL, "2023-01-02"), CONCAT("many", seq DIV 700)
  FROM seq_1_to_4500'
for order in id -last_login nickname; do
  csv users "ordering=$order"
  assert_no_header Content-Length
  sql=$order
  [[ $order != -* ]] || sql="${order#-} DESC, id DESC"
  diff <(mysql_q "SELECT id FROM user_user ORDER BY $sql, id") \
    <(perl -0777 -pe 's/"(?:[^"]|"")*"//g; s/\r\n/\n/g' "$body_file" | sed 1d | cut -d , -f 1) ||
    fail "other rows, or another order, by $order"
done

it "HEAD has the headers alone"
admin HEAD 'users/?format=csv'
assert_status 200
assert_header Content-Type 'text/csv; charset=utf-8'
assert_no_header Content-Length

it "one process of a client that goes away in the middle serves the next"
curl -sS --unix-socket "$STACK_DIR/http.sock" -H "IDTOKEN: $ADMIN" 'http://localhost/api/user/admin/users/?format=csv' 2> /dev/null |
  head -c 1000 > /dev/null || true
admin GET 'users/?limit=1'
assert_status 200

it "MySQL goes away in the middle: the client can tell, and a line in the log tells why"
mysql_q 'INSERT INTO user_user (password, username, date_joined, nickname, avatar_url)
  SELECT "!", CONCAT("wide_", seq), "2023-01-01", "wide", REPEAT("x", 1000) FROM seq_1_to_40000'
cut=0
curl -sS --max-time "$PATIENCE" --limit-rate 4M --unix-socket "$STACK_DIR/http.sock" -H "IDTOKEN: $ADMIN" -o "$test_dir/cut.csv" \
  'http://localhost/api/user/admin/users/?format=csv' 2> "$test_dir/curl-said" &
curl_pid=$!
some_came() { [[ $(stat -c %s "$test_dir/cut.csv" 2> /dev/null) -gt 100000 ]]; }
eventually some_came || fail "nothing came"
mysql_pid=$(pid_of mysql)
kill -KILL "$mysql_pid"
wait "$curl_pid" || cut=$?
assert_eq "curl's status ($(< "$test_dir/curl-said"))" 18 "$cut"
assert_eq "lines of it in the log" 1 "$(grep -c ' error admin-users\[[0-9]*\] list cut short request=' "$(log_of admin-users)")"
rm -f "$STACK_DIR/mysql.pid" "$STACK_DIR/mysql.sock"

it "without MySQL it is 503 like all else, before any of it is sent"
admin GET 'users/?format=csv'
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
csv users is_staff=1
assert_eq lines 2 "$(wc -l < "$body_file")"
