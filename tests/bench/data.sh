# shellcheck shell=bash
# Users, sessions and codes in great numbers. Sourced by bench.sh.

redis_quiet() { [[ $(redis_admin INFO persistence) == *aof_rewrite_in_progress:0* ]]; }
pipe_to_redis() {
  local said
  said=$(timeout 900 redis-cli -s "$STACK_DIR/redis.sock" --pipe) || fail "Redis: $said"
  [[ $said == *"errors: 0,"* ]] || fail "Redis: $said"
  # Redis may be writing its file anew now, and whoever watches it has a lot to read.
  sleep 1 # which nothing tells the end of
  wait_until 300 redis_quiet || fail "Redis does not come to rest"
}

# The users FIRST to LAST: rows, sessions, and tokens in DIR/tokens.
add_users() { # FIRST LAST
  timeout 900 mariadb --no-defaults --default-character-set=utf8mb4 -S "$STACK_DIR/mysql.sock" -u root scanlogin -e "
    INSERT INTO user_user (id, password, username, date_joined, nickname, avatar_url)
    SELECT seq, '!', CONCAT('bench-', seq), UTC_TIMESTAMP(6), CONCAT('用户', seq),
           CONCAT('https://thirdwx.qlogo.cn/mmopen/vi_32/', seq, '/132') FROM seq_$1_to_$2" || fail "no users"
  SECRET_KEY=$SECRET_KEY timeout 900 "$BUILD_DIR/bench/tokens" "$1" "$2" "$LUA_EVERY" "$STACK_DIR/tokens" | pipe_to_redis
}

add_all_users() {
  (($(wc -l < "$STACK_DIR/tokens") == USERS)) || add_users 2 "$USERS"
}

# Codes that nobody polls for.
add_pending() { # COUNT
  perl -e 'for (1 .. $ARGV[0]) {
      my ($key, $code) = ("WeixinCodeMap:pending-$_", "test.pending-$_");
      printf "*5\r\n\$3\r\nSET\r\n\$%d\r\n%s\r\n\$%d\r\n%s\r\n\$2\r\nEX\r\n\$3\r\n600\r\n", length $key, $key,
        length $code, $code;
    }' "$1" | pipe_to_redis
}
