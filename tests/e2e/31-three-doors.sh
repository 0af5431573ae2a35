#!/bin/bash
# Many first logins of one person at the same time, through WeChat's three ways in: the website's QR code, WeChat's own
# browser and the mini-program. They come to one user.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

LOGINS=51 # a third each

# A thread for each, so that all of them are in the database together.
setting WORKER_THREADS=$LOGINS PROVIDERS='wx mp mini' TOKEN_COOKIE=token
start_stack login-wx login-wx-callback login-oauth login-oauth-callback login-mini current

# prepare DIRECTIVES…: as many logins, up to their last request, which goes into $test_dir/last; the codes take turns with
# the directives.
prepare() {
  local i code uuid
  : > "$test_dir/last"
  at mp
  for ((i = 0; i < LOGINS; i++)); do
    code=$(code "${*:i / 3 % $# + 1:1}")
    case $((i % 3)) in
      0)
        uuid=$(new_uuid)
        scan "$uuid" "$code"
        printf 'url = "http://localhost%s?uuid=%s"\n' "$BEGIN" "$uuid"
        ;;
      1)
        begin
        back="/api/user/login/mp/callback/?code=$code&state=$uuid"
        come_back
        printf 'url = "http://localhost/api/user/login/mp/finish/?state=%s"\ncookie = "%s"\n' "$uuid" "$mine"
        ;;
      2) printf 'url = "http://localhost/api/user/login/mini/"\ndata = "{\\"code\\":\\"%s\\"}"\n' "$code" ;;
    esac >> "$test_dir/last"
    printf 'output = "%s/out-%d"\ndump-header = "%s/head-%d"\nmax-time = %d\nunix-socket = "%s/http.sock"\nnext\n' \
      "$test_dir" "$i" "$test_dir" "$i" "$PATIENCE" "$STACK_DIR" >> "$test_dir/last"
  done
}
# Sends them at once; each has to log in.
go() {
  rm -f "$test_dir"/out-* "$test_dir"/head-*
  sed -i '$d' "$test_dir/last" # the last `next`
  curl -sS --parallel --parallel-immediate --parallel-max "$LOGINS" -K "$test_dir/last" 2> "$test_dir/said" ||
    fail "curl ended with $?: $(tail -n 1 "$test_dir/said")"
  assert_eq "logins" "$LOGINS" "$(grep -lE '^Set-Cookie: token=[^;]+' "$test_dir"/head-* | wc -l)"
}
given() { sed -n 's/^Set-Cookie: token=\([^;]*\);.*/\1/p' "$test_dir"/head-*; }
good() { given | while read -r token; do status_of "$token"; done | grep -c '^200$'; }
identities() { mysql_q "SELECT CONCAT(oauth_type, ' ', COUNT(*)) FROM user_oauth GROUP BY oauth_type ORDER BY 1" | paste -sd ' '; }
users() { mysql_q "SELECT COUNT(*) FROM user_user"; }
forget_all() { mysql_q "DELETE FROM user_oauth; DELETE FROM user_user"; }

it "$LOGINS first logins of one person come to one user with four identities, and one token is good"
for round in 1 2 3; do
  forget_all
  prepare "person=one$round"
  go
  assert_eq "users" 1 "$(users)"
  assert_eq "identities" 'mini_openid 1 mp_openid 1 weixin 1 wx_openid 1' "$(identities)"
  assert_eq "good tokens" 1 "$(good)"
done

it "... where the user is known by the website alone"
forget_all
log_in "$(code person=known)"
known=$user
prepare person=known
go
assert_eq "user" "$known" "$(mysql_q 'SELECT GROUP_CONCAT(id) FROM user_user')"
assert_eq "identities" 'mini_openid 1 mp_openid 1 weixin 1 wx_openid 1' "$(identities)"

it "... and persons of their own stay apart"
forget_all
mapfile -t persons < <(for ((i = 0; i < LOGINS / 3; i++)); do echo "person=own$i"; done)
prepare "${persons[@]}"
go
assert_eq "users" $((LOGINS / 3)) "$(users)"
assert_eq "identities" "mini_openid 17 mp_openid 17 weixin 17 wx_openid 17" "$(identities)"
assert_eq "users without an identity" 0 "$(half_users)"
