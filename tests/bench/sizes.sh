# shellcheck shell=bash
# The step `sizes`: what a session takes in Redis, a user in MariaDB, and what a watcher of Redis is sent of a login; the
# facts sizes.*, in bytes. Sourced by bench.sh.

measure_sizes() {
  sizes_of_sessions
  sizes_of_users
  sizes_of_messages
}

# Those of login_writes.cc: what is left of a login when it is done.
sizes_of_sessions() {
  local memory keys
  memory=$(redis_fact memory used_memory) keys=$(redis_admin DBSIZE)
  login_writes "$SIZED" 0 > /dev/null || fail "the logins failed"
  wait_until 300 redis_quiet || fail "Redis does not come to rest"
  keys=$(($(redis_admin DBSIZE) - keys))
  # Other logins' keys may have run out meanwhile.
  sleep 1 # in which login-wx reads what it has been told of them
  ((keys <= 2 * SIZED && keys > 2 * SIZED - SIZED / 10)) || fail "$SIZED sessions took $keys keys, not two each"
  fact sizes.sessions "$SIZED"
  fact sizes.session $((($(redis_fact memory used_memory) - memory) / SIZED))
}

# In a database of its own: admin.sql's users, with two identities and an audit entry each. Row by row, as such tables
# grow, and not in the order of each index.
sizes_of_users() {
  mysql_admin -e "CREATE DATABASE sizes CHARACTER SET utf8mb4"
  mysql_admin sizes < "$STACK_ROOT/sql/schema.sql" || fail "no database for the sizes"
  sed -e "s/@ROWS@/$SIZED/g; /^TRUNCATE/d; /^SET foreign_key_checks/d" "$BENCH/admin.sql" | mysql_admin sizes > /dev/null ||
    fail "no users"
  fact sizes.user "$(table_size user_user)"
  fact sizes.identity $(($(table_size user_oauth) / 2))
  fact sizes.audit "$(table_size user_audit)"
  mysql_admin -e "DROP DATABASE sizes"
}
table_size() { # TABLE
  mysql_admin -e "ANALYZE TABLE sizes.$1" > /dev/null
  mysql_admin -e "SELECT (data_length + index_length) DIV $SIZED FROM information_schema.tables
    WHERE table_schema = 'sizes' AND table_name = '$1'"
}

# One login, of somebody who has been here before and is logged in elsewhere.
sizes_of_messages() {
  local prefix said
  for prefix in userToken_ WeixinCodeMap:; do
    login_once
    said=$(perl "$BENCH/invalidations.pl" "$STACK_DIR/redis.sock" "$prefix" < <(
      sleep 1 # until it watches
      login_once
      sleep 1 # until the last of it has been sent
    )) || fail "$prefix cannot be watched"
    fact "sizes.message.$prefix" "${said%$'\t'*}"
    fact "sizes.messages.$prefix" "${said#*$'\t'}"
  done
}
login_once() {
  local api=$SITE/api/user/login/wx uuid=sizes-$RANDOM$RANDOM$RANDOM answer
  curl -sS --max-time 60 -o /dev/null "$api/callback/?code=test.$uuid.person=sizes&state=$uuid"
  answer=$(curl -sS --max-time 60 "$api/?uuid=$uuid")
  [[ $answer == *'"token":"'* ]] || fail "no login: $answer"
}
