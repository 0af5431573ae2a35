# shellcheck shell=bash disable=SC2034,SC2154
# The steps of a login, for the tests in this directory. Sourced after setup.sh; needs start_stack.
#
#   new_uuid                prints a uuid that no login has had
#   scan UUID CODE          WeChat sends the person's browser to the callback, whose page has to come
#   poll UUID               asks once; sets $status $body
#   log_in CODE             scans and polls with a uuid of its own; sets $token
#   current TOKEN           logout TOKEN
#   assert_logged_in        the poll gave a token; sets $token
#   assert_nothing_scanned  assert_weixin_unavailable  assert_unavailable  assert_logged_out  assert_denied MESSAGE
#   assert_refused ERRCODE TEXT     the poll passed on what WeChat said
#   calls CODE              prints how often WeChat was asked with that code: access_token, then userinfo
#   calls_are CODE CALLS    the same as a condition for wait_until
#   weixin_reasons_since LINE   prints why WeChat was not to be had, of login-wx's log behind LINE, and how often each
#   at_once NAME            sends every path of standard input at the same time, a GET each
#   poll_at_once NAME UUID…
#   tally NAME              prints what they were answered: COUNT STATUS BODY, a token as <token>
#   tokens NAME             prints the tokens among it
#   status_of TOKEN         prints 200, or 401 and the message, as `current` answers
#   half_users              prints how many users have no identity on record

CALLBACK=/api/user/login/wx/callback/
NOTHING_SCANNED='{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}'
WEIXIN_UNAVAILABLE='{"code":"weixin-unavailable","msg":"微信服务暂不可用，请稍后再试"}'
UNAVAILABLE='{"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"}'
LOGGED_IN='{"code":200,"data":{"token":"<token>"}}'
token=''

new_uuid() { cat /proc/sys/kernel/random/uuid; }

scan() { # UUID CODE
  api GET "$CALLBACK?code=$2&state=$1"
  assert_status 200
  assert_header Content-Type 'text/html; charset=utf-8'
  assert_contains "the callback's page" '微信登录成功' "$body"
}
poll() { api GET "/api/user/login/wx/?uuid=$1"; }
log_in() { # CODE
  local uuid
  uuid=$(new_uuid)
  scan "$uuid" "$1"
  poll "$uuid"
  assert_logged_in
}
current() { api GET /api/user/current/ -H "IDTOKEN: $1"; }
logout() { api POST /api/user/logout/ -H "IDTOKEN: $1"; }

assert_logged_in() {
  assert_status 200
  token=$(jq -r '.data.token // empty' "$body_file")
  assert_body "${LOGGED_IN/<token>/$token}"
  [[ $token =~ ^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]] || fail "no JWT: $body"
}
assert_nothing_scanned() {
  assert_status 200
  assert_body "$NOTHING_SCANNED"
}
assert_weixin_unavailable() {
  assert_status 502
  assert_body "$WEIXIN_UNAVAILABLE"
}
assert_unavailable() {
  assert_status 503
  assert_body "$UNAVAILABLE"
  assert_header Retry-After 1
}
assert_logged_out() {
  assert_status 200
  assert_body '{"code":200,"msg":"登出成功"}'
}
assert_denied() { # MESSAGE
  assert_status 401
  assert_header WWW-Authenticate Bearer
  assert_body "{\"code\":1001,\"msg\":\"$1\"}"
}
assert_refused() { # ERRCODE TEXT
  assert_status 200
  assert_json .code "$1"
  assert_json 'keys' '["code","msg"]'
  assert_contains "WeChat's text" "$2" "$body"
}

calls() { # CODE
  sandbox "/sandbox/calls?code=$1"
  jq -r '"\(.access_token) \(.userinfo)"' "$body_file"
}
calls_are() { [[ $(calls "$1") == "$2" ]]; } # CODE CALLS

weixin_reasons_since() { # LINE
  tail -n "+$(($1 + 1))" "$(log_of login-wx)" |
    sed -nE 's/.* error login-wx\[[0-9]+\] WeChat unavailable request=[0-9a-f]+ client=[^ ]* reason="(.*)"$/\1/p' |
    sort | uniq -c | sed 's/^ *//'
}

at_once() { # NAME
  local path requests=0 replies=$test_dir/replies-$1
  rm -rf "$replies"
  mkdir "$replies"
  while read -r path; do
    requests=$((requests + 1))
    printf 'url = "http://localhost%s"\noutput = "%s/%d"\n' "$path" "$replies" "$requests"
  done > "$replies.curl"
  curl -sSg --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --parallel --parallel-immediate \
    --parallel-max "$requests" -w '%{filename_effective} %{http_code}\n' -K "$replies.curl" > "$replies.statuses" \
    2> "$replies.said" || fail "curl ended with $?: $(tail -n 1 "$replies.said")"
}
poll_at_once() { # NAME UUID…
  printf '/api/user/login/wx/?uuid=%s\n' "${@:2}" | at_once "$1"
}
tally() { # NAME
  local file code
  while read -r file code; do
    printf '%s %s\n' "$code" "$(sed 's/"token":"[^"]*"/"token":"<token>"/' "$file")"
  done < "$test_dir/replies-$1.statuses" | sort | uniq -c | sed 's/^ *//'
}
tokens() { cat "$test_dir/replies-$1"/* | jq -r '.data.token? // empty'; } # NAME

status_of() { # TOKEN
  current "$1"
  if [[ $status == 200 ]]; then echo 200; else echo "$status $(jq -r .msg "$body_file")"; fi
}
half_users() {
  mysql_q 'SELECT COUNT(*) FROM user_user u LEFT JOIN user_oauth o ON o.user_id = u.id WHERE o.id IS NULL'
}
