#!/bin/bash
# login-oauth is killed while it asks a provider, at each that leads the browser back. The claims end by themselves; then the
# browser, asking finish again, is logged in or told that the code is used. No code is exchanged twice, nobody is two users.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

# A claim lives for 2 s and the time limit of each call that a login at this provider takes: two, at QQ three.
LIFE=32000
declare -A LIMITS=([weibo]=15000 [github]=15000 [gitee]=15000 [feishu]=15000 [dingtalk]=15000 [qq]=10000)
# QQ comes last, because its calls hang for the shortest time.
NAMES=(weibo github gitee feishu dingtalk qq)
declare -A USED=([qq]=100020 [weibo]=21325 [github]=bad_verification_code [gitee]=invalid_grant [feishu]=20065
  [dingtalk]=invalidParameter.authCode.notFound)

start_providers "${NAMES[@]}"
for name in "${NAMES[@]}"; do setting "${name^^}_TIMEOUT_MS=${LIMITS[$name]}"; done
setting WORKER_THREADS=32 DEVICES=9
start_stack login-oauth login-oauth-callback current

# What hangs when the kill comes: CALL-KIND. After `hang` the provider never does what it was asked; `wait` does it later,
# when nobody listens any more. A person's call comes first: it is behind a token call, which is to end well.
cases_of() { echo user-hang; [[ $1 != qq ]] || echo me-hang; echo token-hang; echo token-wait; } # NAME
cases=()
for name in "${NAMES[@]}"; do for one in $(cases_of "$name"); do cases+=("$name $one"); done; done

declare -A uuids cookies answering
at_case() { at "${1% *}"; uuid=${uuids[$1]} mine=${cookies[$1]}; } # CASE
# The browser asks finish, in the background; answer_of says with what that ended: STATUS URL, and the token on a line.
answer_file() { echo "$test_dir/answer-${1// /-}"; }
ask_finish() { # CASE
  at_case "$1"
  { finish && echo "$status $(header Location)" && token_cookie; } > "$(answer_file "$1")" &
  answering[$1]=$!
}
await_answer() { wait "${answering[$1]}" || fail "no answer to $1: $(< "$(answer_file "$1")")"; }
answer_of() { head -n 1 "$(answer_file "$1")"; }
claims() { redis_q --scan --pattern 'OAuthClaim:*' | wc -l; }
claimed() { [[ $(claims) == "$1" ]]; } # COUNT
ended() { # CALL HOW: how often it was called, and ended so
  control calls
  jq --arg call "$1" --arg how "$2" '[.calls[] | select(.call == $call and (.outcome | startswith($how)))] | length' "$body_file"
}
ended_are() { [[ $(ended "$1" "$2") == "$3" ]]; } # CALL HOW COUNT

it "login-oauth is killed in the middle of ${#cases[@]} logins of one person's at each provider"
for one in "${cases[@]}"; do
  at "${one% *}"
  begin
  decide allow:ann
  come_back
  uuids[$one]=$uuid cookies[$one]=$mine
done
# All faults are there before, for the time until the kill to be short. Each is the first such call's.
for one in "${cases[@]}"; do
  at "${one% *}"
  what=${one#* }
  control fault "{\"call\":\"${what%-*}\",\"kind\":\"${what#*-}\"}"
done
hang() { # CASE…: they are asked at once, and hang then
  local one what
  for one; do ask_finish "$one"; done
  for one; do
    at "${one% *}"
    what=${one#* }
    eventually ended_are "${what%-*}" "fault ${what#*-}" 1 || fail "$one does not hang"
  done
}
mapfile -t first < <(printf '%s\n' "${cases[@]}" | grep ' token-' | grep -v ^qq)
mapfile -t second < <(printf '%s\n' "${cases[@]}" | grep ' user-' | grep -v ^qq)
hang "${first[@]}"
hang "${second[@]}"
hang 'qq token-hang' 'qq token-wait'
hang 'qq me-hang'
hang 'qq user-hang'
assert_eq "claims" "${#cases[@]}" "$(claims)"
endpoint_kill login-oauth
for one in "${cases[@]}"; do
  await_answer "$one"
  assert_eq "the answer to $one" 503 "$(cut -d ' ' -f 1 <<< "$(answer_of "$one")")"
done

it "the claims that it left have an end"
assert_eq "claims" "${#cases[@]}" "$(claims)"
for one in "${cases[@]}"; do
  left=$(redis_q PTTL "OAuthClaim:${one% *}:$(tag "${uuids[$one]}")")
  ((left > 0 && left <= LIFE)) || fail "the claim of $one has $left ms left"
  checks=$((checks + 1))
done

it "what hangs is let go: the code that was waited for is taken now"
for name in "${NAMES[@]}"; do
  at "$name"
  persons=$(($(cases_of "$name" | wc -l) - 2))
  control release '{}'
  eventually ended_are token ok $((persons + 1)) || fail "$name: $body"
done

it "until the claims end a new process asks nobody"
endpoint_start login-oauth || fail "no login-oauth"
declare -A asked_before
for name in "${NAMES[@]}"; do
  at "$name"
  asked_before[$name]=$(ended token '')
done
for one in "${cases[@]}"; do ask_finish "$one"; done
for one in "${cases[@]}"; do await_answer "$one"; done
if claimed "${#cases[@]}"; then
  for one in "${cases[@]}"; do
    assert_eq "the answer to $one" "303 /login/#uuid=${uuids[$one]}&provider=${one% *}&next=%2F" "$(answer_of "$one")"
  done
  for name in "${NAMES[@]}"; do
    at "$name"
    assert_eq "token calls at $name" "${asked_before[$name]}" "$(ended token '')"
  done
fi

it "after that each is logged in, all at once, but where the code was taken"
eventually claimed 0 || fail "claims are left: $(claims)"
for one in "${cases[@]}"; do ask_finish "$one"; done
for one in "${cases[@]}"; do await_answer "$one"; done
declare -A user_at refused=()
for one in "${cases[@]}"; do
  name=${one% *} leads=$(answer_of "$one")
  # Which of the two token calls came first is not known: either has the code that was taken, and just one.
  if [[ $one == *' token-'* && $leads == "303 /login/?error=${USED[$name]}" ]]; then
    refused[$name]=$((${refused[$name]:-0} + 1))
    continue
  fi
  assert_eq "the answer to $one" '303 /' "$leads"
  token=$(tail -n 1 "$(answer_file "$one")")
  current "$token"
  assert_status 200
  assert_json '.data.nickname | test("ann")' true
  assert_eq "the user of $one" "${user_at[$name]:=$(jq .data.id "$body_file")}" "$(jq .data.id "$body_file")"
done

for name in "${NAMES[@]}"; do assert_eq "refused at $name" 1 "${refused[$name]:-0}"; done

it "no code was exchanged twice, and nobody is two users"
for name in "${NAMES[@]}"; do
  at "$name"
  persons=$(($(cases_of "$name" | wc -l) - 2))
  assert_eq "token calls that $name has granted" $((persons + 2)) "$(ended token ok)"
  control calls
  assert_json '[.calls[] | select(.call == "token" and .outcome == "ok") | .code] | length == (unique | length)' true
  assert_eq "token calls that $name has refused" 1 "$(ended token error)"
  assert_eq "token calls" $((persons + 4)) "$(ended token '')"
done
assert_eq "users" "${#NAMES[@]}" "$(mysql_q "SELECT COUNT(*) FROM user_user")"
assert_eq "users without an identity" 0 "$(half_users)"

it "the browser is told the same again, and then it is over"
for one in "${cases[@]}"; do
  before=$(< "$(answer_file "$one")")
  ask_finish "$one"
  await_answer "$one"
  assert_eq "the answer to $one" "$before" "$(< "$(answer_file "$one")")"
done
assert_eq "keys of codes" '' "$(redis_q --scan --pattern 'OAuthGrant:*'; redis_q --scan --pattern 'OAuthClaim:*')"
log_in_at github ann
assert_eq "the user" "${user_at[github]}" "$user"
