# shellcheck shell=bash
# The step `admin`: what the admin endpoints take with ADMIN_ROWS users, and how MariaDB goes about it. Sourced by
# bench.sh.
#
# A line of DIR/admin.tsv for each request: group, name, rows answered, median and longest in microseconds. How MariaDB
# goes about the lists is in OUT/explain.md, of which docs/admin-lists.md is made.
# The tables are emptied and filled anew, so it is the last step.

measure_admin() {
  local name
  say "$ADMIN_ROWS users"
  [[ -n ${BRIEF:-} ]] || mysql_admin -e "SET GLOBAL innodb_buffer_pool_size = 1 << 30"
  sed "s/@ROWS@/$ADMIN_ROWS/g" "$BENCH/admin.sql" | mysql_admin scanlogin > /dev/null || fail "no users"
  fact admin.rows "$ADMIN_ROWS"
  fact admin.requests "$ADMIN_REQUESTS"
  fact admin.pool "$(mysql_admin -e "SELECT @@innodb_buffer_pool_size DIV 1048576")"
  for name in admin-users admin-oauths admin-audit; do endpoint_start "$name" || fail "no $name"; done
  admin_orders
  admin_searches
  admin_filters
  admin_others
  admin_csv
  admin_explain > "$OUT/explain.md"
}

# ---- one request ------------------------------------------------------------------------------------

get() { curl -sS --max-time 60 -H "IDTOKEN: $TOKEN" "$@"; }

# Over one connection, again and again; curl keeps what is behind the # for itself.
timed() { # GROUP NAME PATH
  local said bad answer=$STACK_DIR/admin-answer
  said=$(get -o "$answer" -w '%{http_code} %{time_total}\n' "$SITE/api/user/admin/$3#[1-$ADMIN_REQUESTS]")
  bad=$(grep -v '^200 ' <<< "$said") && fail "$3: $bad $(head -c 300 "$answer")"
  cut -d ' ' -f 2 <<< "$said" | sort -n | perl -e '
    my @us = map { 1e6 * $_ } <STDIN>;
    printf "%s\t%s\t%d\t%.0f\t%.0f\n", @ARGV, ($us[$#us / 2] + $us[@us / 2]) / 2, $us[-1]' \
    "$1" "$2" "$(grep -o '"id":' "$answer" | wc -l)" | tee -a "$STACK_DIR/admin.tsv" >&2
}
# The cursor of the answer before.
next_cursor() { sed -n 's/.*"next":"\([^"]*\)".*/\1/p' "$STACK_DIR/admin-answer"; }

# The cursor that the row at this part of a list has, in hundredths: what list_query.cc's to_cursor() makes.
cursor_at() { # TABLE ORDERING HUNDREDTHS
  local column=${2#-} direction=ASC
  [[ $2 != -* ]] || direction=DESC
  mysql_admin scanlogin --raw -e "
    SELECT CONCAT('{\"ordering\":\"$2\",\"id\":', id, IF(value IS NULL, '', CONCAT(',\"at\":\"',
      REPLACE(REPLACE(REPLACE(REPLACE(TO_BASE64(value), '\n', ''), '=', ''), '+', '-'), '/', '_'), '\"')), '}')
      FROM (SELECT id, CAST($column AS CHAR) AS value FROM $1
             ORDER BY $column $direction, id $direction LIMIT $((ADMIN_ROWS * $3 / 100)), 1) AS there" |
    tr -d '\n' | basenc --base64url -w 0 | tr -d =
}

# ---- what is asked for ------------------------------------------------------------------------------

USER_ORDERS=(id username nickname phone_number date_joined last_login)

# Every order: its first part, the one behind it, and those behind 5, 50 and 97 of a hundred rows; at 5
# and 97 % of last_login there are only NULLs.
admin_orders() {
  local column
  for column in "${USER_ORDERS[@]}"; do orders_of users user_user "$column"; done
  for column in id created_time last_mod_time; do orders_of oauths user_oauth "$column"; done
  for column in id at; do orders_of audit user_audit "$column"; done
}
orders_of() { # LIST TABLE COLUMN
  local ordering
  for ordering in "$3" "-$3"; do
    timed orders "$1 $ordering, first" "$1/?ordering=$ordering"
    timed orders "$1 $ordering, second" "$1/?ordering=$ordering&cursor=$(next_cursor)"
    timed orders "$1 $ordering, at 5 %" "$1/?ordering=$ordering&cursor=$(cursor_at "$2" "$ordering" 5)"
    timed orders "$1 $ordering, at 50 %" "$1/?ordering=$ordering&cursor=$(cursor_at "$2" "$ordering" 50)"
    timed orders "$1 $ordering, at 97 %" "$1/?ordering=$ordering&cursor=$(cursor_at "$2" "$ordering" 97)"
  done
}

# The longer the beginning that is searched for, the fewer have it.
admin_searches() {
  local ordering
  for ordering in "${ADMIN_ORDERINGS[@]}"; do
    searches_of "$ordering" nickname 孤帆远影 王伟国 王伟 王 没有
    searches_of "$ordering" username guyuan user_5ab user_5a user_ nobody
    searches_of "$ordering" phone_number 166 13567 135 1 199
    searches_of "$ordering" openid one_openid oQ7xk5ab oQ7xk5a oQ7xk oQ8
    searches_of "$ordering" unionid "$(one_unionid)" o6_bm5ab o6_bm5a o6_bm o6_bn
  done
}
searches_of() { # ORDERING PLACE ONE SOME THOUSANDS MOST NONE
  local found ordering=$1 place=$2
  shift 2
  for found in one some thousands most none; do
    timed searches "$place: $found, by $ordering" "users/?ordering=$ordering&q=$1"
    shift
  done
}
one_unionid() { mysql_admin scanlogin -e "SELECT oauth_id FROM user_oauth WHERE id = $((ADMIN_ROWS / 2 * 2))"; }

admin_filters() {
  local ordering filter
  for ordering in "${ADMIN_ORDERINGS[@]}"; do
    for filter in is_active=0 is_active=1 is_staff=1 'is_staff=1&is_active=0' 'is_active=0&q=王' \
      'date_joined__gte=2023-07-01&date_joined__lt=2023-07-02' 'date_joined__gte=2023-07-01&date_joined__lt=2023-08-01' \
      'date_joined__gte=2025-01-01' 'date_joined__lt=2022-01-01' \
      'last_login__gte=2025-06-01&last_login__lt=2025-06-02' 'last_login__gte=2025-12-31' 'last_login__gte=2025-01-01' \
      'date_joined__gte=2025-12-01&last_login__gte=2025-12-30'; do
      timed filters "users $filter, by $ordering" "users/?ordering=$ordering&$filter"
    done
  done
}

admin_others() {
  local filter
  for filter in oauth_type=weixin user=77 q=oQ7xk5ab q=oQ7xk 'q=oQ7xk5a&oauth_type=wx_openid' \
    'created_time__gte=2023-07-01&created_time__lt=2023-07-02' 'last_mod_time__gte=2025-12-31'; do
    for ordering in id -created_time -last_mod_time; do
      timed lists "oauths $filter, by $ordering" "oauths/?ordering=$ordering&$filter"
    done
  done
  for filter in action=login action=change action=delete user=77 actor=7 'action=login&user=77' \
    'at__gte=2023-07-01&at__lt=2023-07-02' 'at__lt=2021-02-01' 'at__gte=2025-12-31'; do
    for ordering in -id id -at; do timed lists "audit $filter, by $ordering" "audit/?ordering=$ordering&$filter"; done
  done
  timed lists "one user" users/77/
}

# All users as a file. A new process, so that its peak is the file's.
admin_csv() {
  local said
  endpoint_replace admin-users || fail "no new admin-users"
  fact admin.csv.before "$(resident admin-users)"
  said=$(get --max-time 600 -o "$STACK_DIR/admin-answer" -w '%{time_total} %{size_download}' \
    "$SITE/api/user/admin/users/?format=csv") || fail "no CSV"
  (($(wc -l < "$STACK_DIR/admin-answer") == ADMIN_ROWS + 1)) || fail "the CSV has not all users"
  fact admin.csv.seconds "${said% *}"
  fact admin.csv.bytes "${said#* }"
  fact admin.csv.peak "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(pid_of admin-users)/status")"
}

# ---- how MariaDB goes about it ----------------------------------------------------------------------

admin_explain() {
  local column name
  echo "MariaDB $(mariadbd --version | sed -E 's/.* Ver ([0-9.]+).*/\1/'), $ADMIN_ROWS users."
  mysql_admin -e "SET GLOBAL log_output = 'TABLE', general_log = ON"
  # Only what is prepared from now on is logged with its values.
  for name in admin-users admin-oauths admin-audit; do endpoint_replace "$name" || fail "no new $name"; done
  for column in "${USER_ORDERS[@]}"; do explain_orders users user_user "$column"; done
  for column in id created_time last_mod_time; do explain_orders oauths user_oauth "$column"; done
  for column in id at; do explain_orders audit user_audit "$column"; done
  explain "Search: few" "users/?ordering=nickname&q=user_5ab"
  explain "Search: many" "users/?ordering=nickname&q=user_5"
}
explain_orders() { # LIST TABLE COLUMN
  local ordering paths part
  for ordering in "$3" "-$3"; do
    paths=("$1/?ordering=$ordering")
    for part in 50 $([[ $ordering != last_login ]] || echo 5) $([[ $ordering != -last_login ]] || echo 97); do
      paths+=("${paths[0]}&cursor=$(cursor_at "$2" "$ordering" "$part")")
    done
    explain "$1, ordering=$ordering" "${paths[@]}"
  done
}

# The statements that MariaDB gets for these requests, and its word on each.
explain() { # HEADING PATH…
  local path sql
  printf '\n### %s\n' "$1"
  for path in "${@:2}"; do
    mysql_admin -e "TRUNCATE mysql.general_log"
    get -o /dev/null "$SITE/api/user/admin/$path"
    statements_logged | while IFS= read -r sql; do
      mysql_admin scanlogin --column-names -e "ANALYZE $sql" < /dev/null | perl "$BENCH/explain.pl" "$sql"
    done
  done
}

statements_logged() {
  mysql_admin --raw -e "SELECT argument FROM mysql.general_log
    WHERE command_type = 'Execute' AND argument REGEXP '(t\\\\.id|COUNT).* LIMIT ' ORDER BY event_time"
}
