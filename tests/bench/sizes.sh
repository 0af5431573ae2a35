# shellcheck shell=bash
# The step `sizes`: what a session takes in Redis, a user in MariaDB, and what a watcher of Redis is sent of a login; the
# facts sizes.*, in bytes. Sourced by bench.sh.

measure_sizes() {
  sizes_of_sessions
  sizes_of_users
  sizes_of_messages
  questions_of_logins
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
login_once() { # [PERSON]
  local api=$SITE/api/user/login/wx uuid=sizes-$RANDOM$RANDOM$RANDOM answer
  curl -sS --max-time 60 -o /dev/null "$api/callback/?code=test.$uuid.person=${1:-sizes}&state=$uuid"
  answer=$(curl -sS --max-time 60 "$api/?uuid=$uuid")
  [[ $answer == *'"token":"'* ]] || fail "no login: $answer"
}

# How often a whole login asks Redis, and how many statements MariaDB gets for it: a first login, and another. Without
# what the processes do by themselves, which is measured too, for all of them and a second.
questions_of_logins() {
  local kind i began counts idle=(0 0) said
  read -r -a counts <<< "$(server_counts)"
  sleep 5 # in which nobody asks for anything
  counted idle 5 5
  idle=("${said[@]}")
  for kind in first other; do
    read -r -a counts <<< "$(server_counts)"
    began=${EPOCHREALTIME/./}
    for ((i = 0; i < 20; i++)); do login_once "sizes$([[ $kind == other ]] || echo "-$i")"; done
    counted "$kind" 20 "$(((${EPOCHREALTIME/./} - began) / 1000000))"
  done
}
# The counts since $counts for each of COUNT, less what was idle in so many SECONDS: as facts and in $said.
counted() { # KIND COUNT SECONDS
  read -r -a said <<< "$(perl -e '
    my ($count, $seconds, @is) = map { split } @ARGV;
    print join " ", map { sprintf "%.1f", ($is[$_ + 4] - $is[$_ + 2] - $seconds * $is[$_]) / $count } 0, 1' \
    "$2" "$3" "${idle[@]}" "${counts[@]}" "$(server_counts)")"
  fact "sizes.redis.$1" "${said[0]}"
  fact "sizes.mysql.$1" "${said[1]}"
}
