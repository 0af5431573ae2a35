#!/bin/bash
# What is unsure about QQ, Weibo, GitHub, Gitee, Feishu and DingTalk is a switch of their stand-in. Each switch is set to each
# other value that it may have: a login, a refusal and a used code end as they do by default, and the user is the same.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

NAMES=(qq weibo github gitee feishu dingtalk)
# Not tried, because they only say how the stand-in judges what it is asked, and leave its answers as they are:
# unknown_params and require_pkce let pass what login-oauth does not send or leave out, browser_agent a User-Agent that it does
# not have; code_seconds is about a code that has expired, as 22-login-oauth.sh has them by `control expire`.
SKIPPED=(unknown_params require_pkce browser_agent code_seconds)
# What is tried of a number that may be anything: codes and tokens shorter and longer than the default, up to the longest
# that anybody gives out; tokens for ever, and for a short time.
declare -A NUMBERS=([code_chars]='20 512' [token_chars]='20 4096' [token_seconds]='0 60')
# What ends otherwise, and how: SWITCH=VALUE, and which of `ends`.
PERMISSION=Forbidden.AccessDenied.AccessTokenPermissionDenied
declare -A OTHERWISE=(
  ['qq.cancel=usercancel refusal']='/login/?error=login-refused&next=%2Forders%2F'
  ['qq.unionid_granted=false ann']='/login/?error=100048'
  ["dingtalk.contact_permission=false ann"]="/login/?error=$PERMISSION"
  # Without the state it is anybody's: where the login was to lead is not known.
  ['weibo.refusal_state=false refusal']='/login/?error=login-refused'
)

# Of each person all that is shown is taken away: of `bare` names and pictures, of `lone` the union id.
declare -A SHOWN=([qq]='nickname figureurl_qq_1 figureurl_qq_2 gender' [weibo]='screen_name avatar_large gender'
  [github]='name avatar_url email' [gitee]='name avatar_url email' [feishu]='name en_name avatar_url'
  [dingtalk]='nick avatarUrl')
declare -A UNION=([qq]=unionid [feishu]=union_id [dingtalk]=unionId)

start_providers "${NAMES[@]}"
start_stack login-oauth login-oauth-callback current
for name in "${NAMES[@]}"; do
  at "$name"
  control person "$(jq -nc --arg names "${SHOWN[$name]}" '{person: "bare"} + ($names | split(" ") | map({(.): null}) | add)')"
  [[ -z ${UNION[$name]:-} ]] || control person "{\"person\":\"lone\",\"${UNION[$name]}\":null}"
done

code_in_back() { sed -nE 's/.*[?&](code|authCode)=([^&]*).*/\2/p' <<< "$back"; }
finished() { # where the browser is led after the callback, which may lead it to finish
  come_back
  [[ $(header Location) != "/api/user/login/$provider/finish/?state=$uuid" ]] || finish
}
# Sets ends: of each person the user and what the site knows of them, or where a login that fails leads; likewise a refusal
# and a code that the last of them has used.
declare -A ends
walk() { # PERSON…
  local person used
  ends=()
  for person; do
    begin
    decide "allow:$person"
    finished
    token=$(token_cookie)
    ends[$person]=$(header Location)
    [[ -n $token ]] || continue
    current "$token"
    assert_status 200
    ends[$person]=$(jq -c '.data | del(.exp)' "$body_file")
  done
  used=$(code_in_back)
  begin
  decide "allow:$person"
  back=${back/"$(code_in_back)"/"$used"}
  finished
  ends[used]=$(header Location)
  begin /orders/
  run_curl -H 'X-Decide: refuse' "$authorize"
  ends[refusal]='stays there'
  if [[ $status == 302 ]]; then
    back=$(header Location)
    back=${back#http://localhost}
    finished
    ends[refusal]=$(header Location)
  fi
}

run_curl "$STAND_IN/control/switches"
switches=$(jq -c . "$body_file")
# PROVIDER SWITCH VALUE for each value that is not the default.
mapfile -t values < <(jq -r --argjson numbers "$(for name in "${!NUMBERS[@]}"; do echo "$name ${NUMBERS[$name]}"; done |
  jq -nR '[inputs | split(" ") | {(.[0]): (.[1:] | map(tonumber))}] | add')" --argjson skipped "$(jq -nc '$ARGS.positional' --args "${SKIPPED[@]}")" '
  to_entries[] | .key as $provider | .value | to_entries[] | select(.key as $name | $skipped | index($name) | not) |
  .key as $name | .value.default as $default |
  (if .value.choices != [] then .value.choices elif ($default | type) == "boolean" then [true, false]
    else $numbers[$name] // ["nothing to try"] end)[] |
  select(. != $default) | "\($provider) \($name) \(tojson)"' <<< "$switches")

it "each provider by default"
declare -A usual
for name in "${NAMES[@]}"; do
  at "$name"
  persons=(ann bare)
  [[ -z ${UNION[$name]:-} ]] || persons+=(lone)
  walk "${persons[@]}"
  for what in "${!ends[@]}"; do usual["$name $what"]=${ends[$what]}; done
  for person in "${persons[@]}"; do
    assert_eq "whether $person has logged in at $name (${ends[$person]})" number "$(jq -r '.id | type' <<< "${ends[$person]}")"
  done
done
users=$(mysql_q 'SELECT COUNT(*) FROM user_user')

tried=0
for line in "${values[@]}"; do
  read -r name switch value <<< "$line"
  [[ $name != wecom ]] || continue # in 26-login-wecom.sh
  it "$name: $switch is $value"
  at "$name"
  control switch "{\"name\":\"$switch\",\"value\":$value}"
  persons=(ann)
  [[ $switch != missing ]] || persons+=(bare)
  [[ $switch != missing || -z ${UNION[$name]:-} ]] || persons+=(lone)
  walk "${persons[@]}"
  for what in "${persons[@]}" used refusal; do
    as_usual=${usual["$name $what"]}
    assert_eq "how it ends with $what" "${OTHERWISE["$name.$switch=${value//\"/} $what"]-$as_usual}" "${ends[$what]}"
  done
  control switch "{\"name\":\"$switch\",\"value\":$(jq -c ".$name.$switch.default" <<< "$switches")}"
  tried=$((tried + 1))
done
assert_eq "users" "$users" "$(mysql_q 'SELECT COUNT(*) FROM user_user')"
((tried >= 40)) || fail "only $tried values were tried"
