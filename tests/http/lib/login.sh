# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.sh, and for the tests
# Sourced, after setup.sh, by the tests that log people in.
#
#   code [DIRECTIVES]        prints a new code for the sandbox; each is another person's, if no directive says otherwise
#   scan UUID CODE           WeChat sends the person's browser to the callback
#   poll UUID [CURL ARG…]    the login page polls; sets $status $body $headers_file $body_file
#   log_in CODE              both; sets $token, and $user, the id in it
#   current [TOKEN]   logout [TOKEN]     one request with IDTOKEN: TOKEN, or without it
#   bodies PATH…             GETs each path over one connection; prints each reply's body and a line end
#   b64 TEXT                 TEXT as directives take it
#   part N TOKEN             prints the Nth part of a token, decoded
#   sha256 TEXT              in hex
#   assert_refusal MSG [WHAT]      the last reply, to WHAT, is a whole 401 with that msg
#   assert_unavailable KIND  it is a whole 502 or 503: KIND is weixin or service
#   assert_calls CODE N M    CODE was exchanged N times, its person asked for M times

NOTHING_SCANNED='{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}'

code() { echo "test.r$SRANDOM$SRANDOM${1:+.$1}"; }
scan() { # UUID CODE
  api GET "/api/user/login/wx/callback/?code=$2&state=$1"
  assert_status 200
}
poll() { # UUID [CURL ARG…]
  api GET "/api/user/login/wx/?uuid=$1" "${@:2}"
}
log_in() { # CODE
  local uuid=u$SRANDOM
  scan "$uuid" "$1"
  poll "$uuid"
  assert_status 200
  token=$(jq -r '.data.token // empty' "$body_file")
  [[ -n $token ]] || fail "no token for $1: $body"
  user=$(part 2 "$token" | sed -E 's/^.*"id":([0-9]+).*$/\1/')
}
current() { api GET /api/user/current/ ${1:+-H "IDTOKEN: $1"}; }
logout() { api POST /api/user/logout/ ${1:+-H "IDTOKEN: $1"}; }

bodies() { # PATH…
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --path-as-is -g -w '\n' "${@/#/http://localhost}" ||
    fail "curl ended with $?"
}

b64() { printf %s "$1" | b64url; }
part() { # N TOKEN
  local text
  text=$(cut -d . -f "$1" <<< "$2" | tr -- '-_' '+/')
  while ((${#text} % 4)); do text+='='; done
  base64 -d <<< "$text"
}
sha256() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

assert_json_headers() {
  assert_header Content-Type 'application/json; charset=utf-8'
  assert_header Cache-Control no-store
  assert_header Content-Length "$(wc -c < "$body_file")"
}
assert_refusal() { # MSG [WHAT]
  assert_eq "the reply to ${2:-$current_it}" "401 {\"code\":1001,\"msg\":\"$1\"}" "$status $body"
  assert_header WWW-Authenticate Bearer
}
assert_unavailable() { # KIND
  if [[ $1 == weixin ]]; then
    assert_eq reply '502 {"code":"weixin-unavailable","msg":"微信服务暂不可用，请稍后再试"}' "$status $body"
  else
    assert_eq reply '503 {"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"}' "$status $body"
    assert_header Retry-After 1
  fi
  assert_json_headers
}
assert_calls() { # CODE N M
  sandbox "/sandbox/calls?code=$1"
  assert_body "{\"access_token\":$2,\"userinfo\":$3}"
}
