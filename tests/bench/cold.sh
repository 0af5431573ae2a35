# shellcheck shell=bash
# The step `cold`: people who come seldom. COLD_TOKENS of USERS users, drawn at random, ask `current` and the Lua check:
#   turn    one after the other; no token comes back before all others
#   zipf    by Zipf's law with exponent 1: the n-th one n times more seldom than the first
# Both without and with sql/triggers.sql, if that is there; and with it where `current` remembers a tenth of them alone.
# Sourced by bench.sh.
#
# Writes samples of the phase `cold`, labelled `without`, `with` or `few`, and for each a line of DIR/cold.tsv: subject, label,
# questions to Redis and statements to MariaDB per request.

measure_cold() {
  add_all_users
  fact cold.users "$USERS"
  fact cold.tokens "$COLD_TOKENS"
  perl -MList::Util=shuffle -e 'srand 14; my @all = <STDIN>; print shuffle @all[grep { $_ % $ARGV[0] == 0 } 0 .. $#all]' \
    "$LUA_EVERY" < "$STACK_DIR/tokens" > "$STACK_DIR/cold-tokens"
  declare -gA COLD_ASKED=()
  cold_series without
  [[ -f $STACK_ROOT/sql/triggers.sql ]] || return 0
  load_triggers
  cold_series with
  # Where the memory has no room for all of them, it is Redis that is asked.
  ENDPOINT_ENV=("CURRENT_CACHE_ENTRIES=$((COLD_TOKENS / 10))")
  cold_series few
  # shellcheck disable=SC2034 # for endpoint_replace
  ENDPOINT_ENV=()
  endpoint_replace current || fail "no new current"
}

# By its first lines: what the endpoints' user needs further.
load_triggers() {
  mysql_admin scanlogin < "$STACK_ROOT/sql/triggers.sql" || fail "no triggers"
  sed -n 's/^-- *\(GRANT .*;\)$/\1/p' "$STACK_ROOT/sql/triggers.sql" | mysql_admin || fail "no grants for the triggers"
  sleep "$TRIGGERS_SECONDS" # until each endpoint has found them
}

cold_series() { # LABEL
  local round kind subject subjects memory
  endpoint_replace current || fail "no new current"
  cold_check
  fact cold.fresh "$(resident current)"
  cold_warm lua-current-turn
  memory=$(redis_fact memory used_memory)
  cold_warm current-turn
  fact "cold.kept.$1" $((($(redis_fact memory used_memory) - memory) / COLD_TOKENS))
  for kind in turn zipf; do
    subjects=("current-$kind" "lua-current-$kind")
    for ((round = 0; round < FEW_ROUNDS; round++)); do
      for subject in "${subjects[@]}"; do cold_sample "$subject" "$1" "$round"; done
      subjects=("${subjects[1]}" "${subjects[0]}")
    done
  done
  [[ $1 == few ]] || fact memory.current.tokens "$(resident current)"
  cold_bans "$1"
}

# The first, the last and one between are answered as Lua answers them, and no other user's profile.
cold_check() {
  local line token
  for line in 1 $((COLD_TOKENS / 2)) "$COLD_TOKENS"; do
    token=$(sed -n "${line}p" "$STACK_DIR/cold-tokens")
    same "token $line of those that come seldom" 200 /api/user/current/ /bench/lua/current -H "IDTOKEN: $token"
  done
}

# In turn it goes on where the last of its kind has ended. By Zipf's law, ours and Lua's get the same series.
cold_measure() { # PHASE SUBJECT LABEL ROUND
  local start=${COLD_ASKED[$2]:-0}
  [[ $2 != *-zipf ]] || start=$4
  measure "$1" "$2" 16 "$SECONDS_EACH" "$3" "$start"
  COLD_ASKED[$2]=$((${COLD_ASKED[$2]:-0} + LAST_ASKED))
}

# Once through all tokens: what Redis is to have of them is there.
cold_warm() { # SUBJECT
  local count=0
  # Each thread of wrk goes through a part of its own: until the slower one has been through it too.
  while ((count <= COLD_TOKENS * 5 / 4)); do
    cold_measure warm "$1" - 0
    count=$((count + LAST_REQUESTS))
  done
}

cold_sample() { # SUBJECT LABEL ROUND
  local before after
  read -r -a before <<< "$(server_counts)"
  cold_measure cold "$@"
  read -r -a after <<< "$(server_counts)"
  perl -e 'my ($subject, $label, $n, @count) = @ARGV;
    print join("\t", $subject, $label, map { sprintf "%.3f", ($count[$_ + 2] - $count[$_]) / ($n || 1) } 0, 1), "\n"' \
    "$1" "$2" "$LAST_REQUESTS" "${before[@]}" "${after[@]}" >> "$STACK_DIR/cold.tsv"
}

# What Redis has read, and the statements that MariaDB got, so far.
server_counts() {
  echo "$(redis_fact stats total_reads_processed) $(mysql_admin -e "SHOW GLOBAL STATUS LIKE 'Questions'" | cut -f 2)"
}

# From the end of an UPDATE that nobody but MariaDB sees until `current` refuses a token that it has just answered for.
cold_bans() { # LABEL
  local i token id began
  for ((i = 1; i <= BANS; i++)); do
    token=$(sed -n "${i}p" "$STACK_DIR/cold-tokens")
    id=$(cold_answer | sed 's/.*"id":\([0-9]*\).*/\1/')
    mysql_admin scanlogin -e "UPDATE user_user SET is_active = 0 WHERE id = $id" || fail "no ban"
    began=${EPOCHREALTIME/./}
    wait_until 30 cold_refused || fail "banned by SQL, the user $id is let in 30 s later: $(cold_answer)"
    fact "cold.ban.$1" $(((${EPOCHREALTIME/./} - began) / 1000))
    mysql_admin scanlogin -e "UPDATE user_user SET is_active = 1 WHERE id = $id"
  done
}
cold_answer() { curl -sS --max-time 60 -H "IDTOKEN: $token" "$SITE/api/user/current/"; }
cold_refused() { [[ $(cold_answer) == '{"code":1001,'* ]]; }
