# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154 # variables of setup.bash and login.bash, and for the tests
# Logins by a redirect, at the stand-in of tests/stand_in. Sourced after setup.bash and login.bash.
#
#   start_providers [NAME…]        starts the stand-in and has PROVIDERS name them; before start_stack. Else all of it
#   at NAME                        the provider that all of the next are about: sets $provider, $exchange (what the
#                                  stand-in calls the call that takes a code) and $secret_setting
#   control PATH [JSON]            tells the stand-in something about it
#   asked_for CALL                 prints how often the stand-in has had that call
#   begin [NEXT]                   login/NAME/start/: sets $uuid, $mine (the browser's cookie) and $authorize (where it leads)
#   decide DECISION                the person decides at the provider: "allow:PERSON" or "refuse"; sets $back, the callback
#                                  with its query
#   come_back [COOKIE]             the browser follows it, as the one that began or as another
#   finish [COOKIE]                … and goes on to finish
#   log_in_at NAME PERSON [NEXT]   all of it; sets $token, $user
#   assert_leads_to STATUS URL     what the last reply has to be
#   assert_failed CODE             the last reply leads to the login page, which tells of CODE
#   token_cookie                   prints the token that the last reply gave out in its cookie

ALL_PROVIDERS=(qq weibo github gitee feishu dingtalk wecom)
provider='' exchange='' id_setting='' secret_setting=''

start_providers() { # [NAME…]
  local name port=$STACK_DIR/stand-in.port
  (($#)) || set -- "${ALL_PROVIDERS[@]}"
  SPAWN_ENV=(PYTHONDONTWRITEBYTECODE=1)
  spawn stand-in python3 "$STACK_ROOT/tests/stand_in/serve.py" --port-file "$port"
  SPAWN_ENV=()
  eventually test -s "$port" || fail "no stand-in: $(< "$(log_of stand-in)")"
  STAND_IN=http://127.0.0.1:$(< "$port")
  setting "PROVIDERS=wx $*" TOKEN_COOKIE=token
  for name; do
    at "$name"
    setting "$id_setting=$name-client" "$secret_setting=$name-secret" \
      "${name^^}_API_BASE=$STAND_IN/$name" "${name^^}_OPEN_BASE=$STAND_IN/$name"
    [[ $name != wecom ]] || setting WECOM_AGENT_ID=1000002 "WECOM_LOGIN_BASE=$STAND_IN/wecom"
    control redirect_uri "{\"uri\":\"http://localhost/api/user/login/$name/callback/\"}"
    for person in ann bob; do control person "{\"person\":\"$person\"}"; done
  done
}

at() { # NAME
  provider=$1 exchange=token id_setting=${1^^}_CLIENT_ID secret_setting=${1^^}_CLIENT_SECRET
  [[ $1 != wecom ]] || exchange=getuserinfo id_setting=WECOM_CORPID secret_setting=WECOM_SECRET
}
control() { # PATH [JSON]
  run_curl "$STAND_IN/control/$provider/$1" ${2:+--data-binary "$2"}
  assert_eq "what control says to $*: $body" 200 "$status"
}
# How often the stand-in was asked that.
asked_for() { # CALL
  control calls
  jq --arg call "$1" '[.calls[] | select(.call == $call)] | length' "$body_file"
}
encoded() { jq -rn --arg text "$1" '$text | @uri'; }

begin() { # [NEXT]
  api GET "/api/user/login/$provider/start/${1+?next=$(encoded "$1")}"
  assert_eq "status of start" 302 "$status"
  authorize=$(header Location)
  uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$authorize")
  mine=$(header Set-Cookie | sed 's/;.*//')
}
decide() { # DECISION
  run_curl -H "X-Decide: $1" "$authorize"
  assert_eq "the provider's status (it said: $body)" 302 "$status"
  back=$(header Location)
  [[ $back == http://localhost/* ]] || fail "it leads to $back"
  back=${back#http://localhost}
}
come_back() { api GET "$back" -b "${1-$mine}"; }                                          # [COOKIE]
finish() { api GET "/api/user/login/$provider/finish/?state=$uuid" -b "${1-$mine}"; } # [COOKIE]
log_in_at() {                                                                             # NAME PERSON [NEXT]
  at "$1"
  begin "${3:-/}"
  decide "allow:$2"
  come_back
  assert_leads_to 303 "/api/user/login/$1/finish/?state=$uuid"
  finish
  assert_leads_to 303 "${3:-/}"
  token=$(token_cookie)
  user=$(part 2 "$token" | jq .id)
}

assert_leads_to() { # STATUS URL
  assert_eq "status and Location (body: $body)" "$1 $2" "$status $(header Location)"
  assert_header Cache-Control no-store
  assert_header Referrer-Policy no-referrer
}
assert_failed() { assert_leads_to 303 "/login/?error=$1"; } # CODE
token_cookie() { header Set-Cookie | sed -n 's/^token=\([^;]*\);.*/\1/p'; }
