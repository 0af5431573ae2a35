# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash, and for the tests
# A login, step by step, and what each reply has to be. Sourced after setup.bash.
#
# What a person, their page and WeChat do; what comes of it is in $status $body $headers_file $body_file:
#   code [DIRECTIVES]         prints a new code for the sandbox; each is another person's, if no directive says otherwise
#   new_uuid                  prints a uuid that no login has had
#   scan UUID CODE            WeChat sends the person's browser to the callback, whose page has to come
#   poll UUID [CURL ARG…]     the login page asks once
#   log_in CODE               both, with a uuid of its own; has to succeed; sets $token, and $user, the id in it
#   current [TOKEN]   logout [TOKEN]     one request with IDTOKEN: TOKEN, or without it
#
# What the last reply has to be, whole:
#   assert_page TITLE         a page of the callback's with that title
#   assert_logged_in          a token; sets $token and $user
#   assert_nothing_scanned    the poll found nothing
#   assert_refused ERRCODE [PART]    what WeChat refused the login with, passed on; PART of its text
#   assert_denied REASON [WHAT]    401: the token that came with WHAT is not good, for this reason; or, with a message
#                             instead of one, for any that has it
#   assert_logged_out         the logout is done
#   assert_unavailable        503: Redis, MySQL or the endpoint is away
#   assert_weixin_unavailable 502: WeChat is
#   assert_json_headers       the headers of every JSON reply
#
# What is behind it (the last reply stays):
#   calls CODE                prints how often CODE was exchanged, and how often its person was asked for: N M
#   calls_are CODE N M        the same as a condition, for eventually; assert_calls CODE N M
#   status_of TOKEN           prints 200, or 401 and the message, as `current` answers
#   half_users                prints how many users have no identity on record
#   weixin_reasons_since LINE prints why WeChat was not to be had, of login-wx's log behind LINE, and how often each
#
# Many at once:
#   at_once NAME              sends every path of standard input at the same time, a GET each
#   poll_at_once NAME UUID…
#   tally NAME                prints what they were answered: COUNT STATUS BODY, a token as <token>
#   tokens NAME               prints the tokens among it
#   bodies PATH…              GETs each path, one after the other over one connection; prints each reply's body and a line end
#
# Texts: b64 TEXT, as directives take it; part N TOKEN, decoded; sha256 TEXT, in hex.

BEGIN=/api/user/login/wx/
CALLBACK=/api/user/login/wx/callback/
NOTHING_SCANNED='{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}'
LOGGED_IN='{"code":200,"data":{"token":"<token>"}}'
UNAVAILABLE='{"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"}'
WEIXIN_UNAVAILABLE='{"code":"weixin-unavailable","msg":"微信服务暂不可用，请稍后再试"}'
token='' user=''

# ---- steps ------------------------------------------------------------------------------------------

# shellcheck disable=SC2120 # most persons are anybody
code() { echo "test.r$SRANDOM$SRANDOM${1:+.$1}"; }
new_uuid() { cat /proc/sys/kernel/random/uuid; }
scan() { # UUID CODE
  api GET "$CALLBACK?code=$2&state=$1"
  assert_page 微信登录成功
}
poll() { api GET "$BEGIN?uuid=$1" "${@:2}"; } # UUID [CURL ARG…]
log_in() { # CODE
  local uuid
  uuid=$(new_uuid)
  scan "$uuid" "$1"
  poll "$uuid"
  assert_logged_in
}
current() { api GET /api/user/current/ ${1:+-H "IDTOKEN: $1"}; }
logout() { api POST /api/user/logout/ ${1:+-H "IDTOKEN: $1"}; }

# Each query of the poll has this reply.
asks() { # EXPECTED QUERY…
  local expected=$1 query
  for query in "${@:2}"; do
    api GET "$BEGIN?$query"
    assert_eq "the reply to ?$query" "200 $expected" "$status $body"
    assert_json_headers
  done
}

# ---- replies ----------------------------------------------------------------------------------------

assert_page() { # TITLE
  assert_status 200
  assert_header Content-Type 'text/html; charset=utf-8'
  assert_contains "the page" "<h1>$1</h1>" "$body"
}
assert_json_headers() {
  assert_header Content-Type 'application/json; charset=utf-8'
  assert_header Cache-Control no-store
  assert_header Content-Length "$(wc -c < "$body_file")"
}
assert_logged_in() {
  token=$(jq -r '.data.token? // empty' "$body_file" 2> /dev/null) || true
  assert_eq "the reply to the poll" "200 ${LOGGED_IN/<token>/$token}" "$status $body"
  [[ $token =~ ^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]] || fail "no JWT: $body"
  user=$(part 2 "$token" | sed -nE 's/^.*"id":([0-9]+).*$/\1/p')
}
assert_nothing_scanned() { assert_eq "the reply to the poll" "200 $NOTHING_SCANNED" "$status $body"; }
assert_refused() { # ERRCODE [PART]
  assert_status 200
  assert_json .code "$1"
  assert_json keys '["code","msg"]'
  assert_contains "WeChat's text" "${2:-}" "$body"
}
# Each reason has one message.
declare -A MESSAGE=([missing]=token认证失败 [malformed]=token认证失败 [expired]=token过期失效 [replaced]=无效的token
  [logged-out]=无效的token [revoked]=无效的token [disabled]=用户已被禁用 [unknown]=无效的token)
denial() { printf '{"code":1001,"msg":"%s","reason":"%s"}' "${MESSAGE[$1]}" "$1"; } # REASON
assert_denied() { # REASON|MSG [WHAT]
  local reason=$1
  if [[ ! -v MESSAGE[$reason] ]]; then
    reason=$(jq -r '.reason?' "$body_file" 2> /dev/null) || true
    assert_eq "the message to ${2:-$current_it}" "$1" "${MESSAGE[${reason:-none}]:-none: $status $body}"
  fi
  assert_eq "the reply to ${2:-$current_it}" "401 $(denial "$reason")" "$status $body"
  assert_header WWW-Authenticate Bearer
  assert_json_headers
}
assert_logged_out() { assert_eq "the reply to the logout" '200 {"code":200,"msg":"登出成功"}' "$status $body"; }
assert_unavailable() {
  assert_eq "the reply" "503 $UNAVAILABLE" "$status $body"
  assert_header Retry-After 1
  assert_json_headers
}
assert_weixin_unavailable() {
  assert_eq "the reply" "502 $WEIXIN_UNAVAILABLE" "$status $body"
  assert_no_header Retry-After
  assert_json_headers
}

# ---- what is behind it ------------------------------------------------------------------------------

calls() ( # CODE
  sandbox "/sandbox/calls?code=$1"
  sed -E 's/^\{"access_token":([0-9]+),"userinfo":([0-9]+)\}$/\1 \2/' <<< "$body"
)
calls_are() { [[ $(calls "$1") == "$2 $3" ]]; }                                     # CODE N M
assert_calls() { assert_eq "WeChat was asked with $1" "$2 $3" "$(calls "$1")"; } # CODE N M
status_of() {                                                                       # TOKEN
  current "$1"
  if [[ $status == 200 ]]; then echo 200; else echo "$status $(jq -r .msg "$body_file")"; fi
}
half_users() {
  mysql_q 'SELECT COUNT(*) FROM user_user u LEFT JOIN user_oauth o ON o.user_id = u.id WHERE o.id IS NULL'
}
weixin_reasons_since() { # LINE
  tail -n "+$(($1 + 1))" "$(log_of login-wx)" |
    sed -nE 's/.* error login-wx\[[0-9]+\] WeChat unavailable request=[0-9a-f]+ client=[^ ]* reason="(.*)"$/\1/p' |
    sort | uniq -c | sed 's/^ *//'
}

# ---- many at once -----------------------------------------------------------------------------------

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
  local uuids=("${@:2}")
  printf '%s\n' "${uuids[@]/#/$BEGIN?uuid=}" | at_once "$1"
}
tally() { # NAME
  local file answered
  while read -r file answered; do
    printf '%s %s\n' "$answered" "$(sed 's/"token":"[^"]*"/"token":"<token>"/' "$file")"
  done < "$test_dir/replies-$1.statuses" | sort | uniq -c | sed 's/^ *//'
}
tokens() { cat "$test_dir/replies-$1"/* | jq -r '.data.token? // empty'; } # NAME
bodies() { # PATH…
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --path-as-is -g -w '\n' "${@/#/http://localhost}" ||
    fail "curl ended with $?"
}

# ---- texts ------------------------------------------------------------------------------------------

b64() { printf %s "$1" | b64url; }
part() { # N TOKEN
  local text
  text=$(cut -d . -f "$1" <<< "$2" | tr -- '-_' '+/')
  while ((${#text} % 4)); do text+='='; done
  base64 -d <<< "$text"
}
sha256() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
