#!/bin/bash
# login-wx stands still where it has seen that the login is still its own, and has begun no session yet: its host is
# swapped out, or paused. Another one may log the person in meanwhile. When the first goes on, it does nobody any harm.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

# A claim lives for 2 × WX_TIMEOUT_MS + 2 s: 4 s.
setting WX_TIMEOUT_MS=1000
start_stack login-wx login-wx-callback current
# The one that will stand still: it has a proxy before MariaDB, which stops it at the beginning of its transaction.
setting MYSQL_SOCKET="$STACK_DIR/proxied.sock"
endpoint_start login-wx@frozen || fail "no login-wx"
spawn mysql-proxy perl "$LIB/mysql-proxy.pl" "$STACK_DIR/proxied.sock" "$STACK_DIR/mysql.sock" \
  "$STACK_DIR/login-wx@frozen.pid" "$test_dir/plan"
proxy_listens() { [[ -S $STACK_DIR/proxied.sock ]]; }
eventually proxy_listens || fail "no proxy"

stands_still() { [[ $(< "/proc/$(pid_of login-wx@frozen)/stat") == *') T '* ]]; }
is_free() { [[ $(redis_q EXISTS "WeixinClaim:$(tag "$uuid")") == 0 ]]; }
# A login of the person up to the one that stands still in the middle of it: $uuid, $code, and its poll under way.
freeze() { # PERSON
  uuid=$(new_uuid) code=$(code "person=$1")
  scan "$uuid" "$code"
  freeze_poll
}
freeze_poll() { # [COOKIE]
  echo freeze > "$test_dir/plan.new"
  mv "$test_dir/plan.new" "$test_dir/plan"
  (direct login-wx@frozen GET "uuid=$uuid" '' ${1:+"HTTP_COOKIE=$1"} && echo "$status $body" > "$test_dir/said") &
  poller=$!
  eventually stands_still || fail "it does not stand still"
  is_free && fail "its claim is gone already"
  assert_calls "$code" 1 1
}
thaw() { # its reply is in $said
  kill -CONT "$(pid_of login-wx@frozen)"
  wait "$poller" || fail "no reply: $(< "$test_dir/said")"
  said=$(< "$test_dir/said")
}
assert_logs_in() { # what it says is a token, and that is good
  status=${said%% *} body=${said#* }
  echo "$body" > "$body_file"
  assert_logged_in
  assert_eq "its session" 200 "$(status_of "$token")"
}
actions() { # PERSON
  mysql_q "SELECT action FROM user_audit a JOIN user_user u ON u.id = a.user_id WHERE u.nickname = '用户$1' ORDER BY a.id" |
    paste -sd ' '
}
sessions() { redis_q HLEN "userToken_$user"; }

overtaken() { # PERSON ACTIONS
  freeze "$1"
  eventually is_free || fail "the claim does not end"
  poll "$uuid"
  assert_logged_in
  assert_calls "$code" 1 2
  thaw
  assert_eq "what the one that stood still says" "200 $NOTHING_SCANNED" "$said"
  assert_eq "the session that the other began" 200 "$(status_of "$token")"
  assert_eq "sessions" 1 "$(sessions)"
  assert_eq "the audit log" "$2" "$(actions "$1")"
}

it "another one logs the person in meanwhile, for the first time: that session lives on"
overtaken new 'login'
assert_eq "users" 1 "$(mysql_q "SELECT COUNT(*) FROM user_user")"

it "... and not for the first time"
log_in "$(code person=known)"
overtaken known 'login replaced login'

it "another one links a second WeChat meanwhile, which is taken from the user again: it stays away"
log_in "$(code person=known)"
known=$user known_token=$token code=$(code person=second)
api POST "$BEGIN?link=1" -H "IDTOKEN: $known_token"
assert_status 200
uuid=$(jq -r .data.uuid "$body_file") linking=$uuid cookie=$(header Set-Cookie | sed 's/;.*//')
api GET "$CALLBACK?code=$code&state=$uuid" -b "$cookie"
assert_page 微信登录成功
freeze_poll "$cookie"
eventually is_free || fail "the claim does not end"
poll "$uuid" -b "$cookie"
assert_eq "the poll" '200 {"code":200,"data":{"linked":"wx"}}' "$status $body"
types_of() { mysql_q "SELECT oauth_type FROM user_oauth WHERE user_id = $known ORDER BY id" | paste -sd ' '; }
assert_eq "identities" 'weixin wx_openid weixin wx_openid' "$(types_of)"
mysql_q "DELETE FROM user_oauth WHERE user_id = $known ORDER BY id DESC LIMIT 2"
thaw
assert_eq "what the one that stood still says" "200 $NOTHING_SCANNED" "$said"
assert_eq "identities" 'weixin wx_openid' "$(types_of)"
assert_eq "the audit log" 'login replaced login replaced login link' "$(actions known)"

it "nobody did: it takes the login up again, and the person is logged in"
freeze late
eventually is_free || fail "the claim does not end"
thaw
assert_logs_in
assert_eq "the audit log" login "$(actions late)"
assert_calls "$code" 1 1

it "it goes on before its claim is over: the same"
freeze early
thaw
assert_logs_in

it "nothing is left over"
assert_eq "keys of codes, but the outcome for the browser" "" "$(redis_q --scan --pattern 'Weixin*' | grep -v "$linking" || true)"
assert_eq "users without an identity" 0 "$(half_users)"
