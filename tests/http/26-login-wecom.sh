#!/bin/bash
# What is WeCom's own of a login there (the rest is 22-login-oauth): the app's token, which all processes share and which
# is fetched once however many ask; a secret that is wrong; who is a member, and how they are spelt; WeCom's own browser.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

start_providers wecom
setting WECOM_TIMEOUT_MS=60000
start_stack login-oauth login-oauth-callback current
FINISH=/api/user/login/wecom/finish/
LOGINS=20

switch() { control switch "{\"name\":\"$1\",\"value\":$2}"; } # NAME VALUE
fault() { control fault "{\"call\":\"$1\",\"kind\":\"$2\"${3:+,$3}}"; } # CALL KIND [MORE]
forget_token() { redis_q DEL "$(redis_q KEYS 'AppToken:*')" > /dev/null; }
came_back() { # PERSON: a login whose code has come
  begin
  decide "allow:$1"
  come_back
  assert_leads_to 303 "$FINISH?state=$uuid"
}
fails_with() { # CODE: the login that has come back
  finish
  assert_leads_to 303 "/login/?error=$1"
}
is_away() {
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=wecom&next=%2F"
}
oauth_id() { mysql_q "SELECT oauth_id FROM user_oauth WHERE user_id = $user AND oauth_type = 'wecom'"; }

# Two more processes, which share Redis and MariaDB and nothing else.
processes=(login-oauth) more=()
one_more() { # SOCKET
  local first
  first=$(pid_of login-oauth)
  endpoint_spawn login-oauth "$STACK_DIR/$1.sock" || fail "no $1 process"
  more+=("$(pid_of login-oauth)")
  echo "$first" > "$STACK_DIR/login-oauth.pid"
  processes+=("$1")
}
no_more() {
  local pid
  for pid in "${more[@]}"; do end_process "$pid" login-oauth || fail "a process did not end"; done
  processes=(login-oauth) more=()
}
# Has as many people as are LOGINS log in at once, at all processes; each has to get in. The CALL is held up until
# MEANWHILE succeeds.
log_in_at_once() { # CALL MEANWHILE…
  local i uuids=() cookies=() pids=() finished=$test_dir/finished
  rm -rf "$finished"
  mkdir "$finished"
  for ((i = 0; i < LOGINS; i++)); do
    control person "{\"person\":\"p$i\"}"
    came_back "p$i"
    uuids[i]=$uuid cookies[i]=$mine
  done
  fault "$1" wait "\"times\":$LOGINS"
  shift
  for ((i = 0; i < LOGINS; i++)); do
    (
      direct "${processes[i % ${#processes[@]}]}" GET "state=${uuids[i]}" '' SCRIPT_NAME=$FINISH HTTP_COOKIE="${cookies[i]}"
      echo "$status $(header Location)" > "$finished/$i"
    ) &
    pids[i]=$!
  done
  eventually "$@" || fail "not all of them have asked"
  control release '{}'
  for i in "${pids[@]}"; do wait "$i" || fail "a login failed"; done
  assert_eq "where they are led" "$LOGINS 303 /" "$(cat "$finished"/* | sort | uniq -c | sed 's/^ *//')"
}
waiting_in() { [[ $(asked_for "$1") == "$2" ]]; } # CALL COUNT
all_claimed() { [[ $(redis_q KEYS 'OAuthClaim:wecom:*' | grep -c .) == "$LOGINS" ]]; }

one_more second
one_more third

it "$LOGINS logins at once at three processes fetch one token, and who comes later uses it"
log_in_at_once gettoken all_claimed
assert_eq "tokens asked for" 1 "$(asked_for gettoken)"
log_in_at wecom ann
assert_eq "tokens asked for" 1 "$(asked_for gettoken)"
life=$(redis_q PTTL "$(redis_q KEYS 'AppToken:*')")
((life > 6000000 && life <= 6900000)) || fail "the token is kept for $life ms"

it "a token that dies early is replaced once, however many meet it, and nobody is sent away"
for code in 40014 42001; do
  switch dead_code $code
  control expire_tokens '{}'
  had=$(asked_for gettoken) exchanges=$(asked_for getuserinfo)
  log_in_at_once getuserinfo waiting_in getuserinfo $((exchanges + LOGINS))
  assert_eq "tokens asked for since" 1 $(($(asked_for gettoken) - had))
  assert_eq "exchanges since" $((2 * LOGINS)) $(($(asked_for getuserinfo) - exchanges))
done

it "it may die between the code and the person, and one that was given out again may be no better"
log_in_at wecom ann
first=$user
came_back ann
fault user error '"code":42001'
finish
assert_leads_to 303 /
came_back ann
fault getuserinfo error '"code":40014,"times":2'
is_away
finish
assert_leads_to 303 /
switch same_token false
had=$(asked_for gettoken)
forget_token
log_in_at wecom ann
assert_eq "tokens asked for since" 1 $(($(asked_for gettoken) - had))

it "a wrong secret is sent once by all processes together, and the one that is put right counts at once"
no_more
setting WECOM_SECRET=wrong-secret
endpoint_replace login-oauth
one_more second
had=$(asked_for gettoken) lines=$(log_lines login-oauth)
came_back ann
fails_with 40001
failed=$(redis_q KEYS 'AppTokenFailed:*')
left=$(redis_q PTTL "$failed")
((left > 0 && left <= 60000)) || fail "the refusal is kept for $left ms more"
redis_q PERSIST "$failed" > /dev/null # the minute may be over before the test is
for _ in 1 2 3; do
  came_back ann
  fails_with 40001
  came_back ann
  direct second GET "state=$uuid" '' SCRIPT_NAME=$FINISH HTTP_COOKIE="$mine"
  assert_eq "where the other process leads" '/login/?error=40001' "$(header Location)"
done
assert_eq "secrets sent" 1 $(($(asked_for gettoken) - had))
said=$(tail -n "+$((lines + 1))" "$(log_of login-oauth)" | grep ' error ')
assert_eq "lines for the operator" 7 "$(grep -c 'check WECOM_CORPID, WECOM_AGENT_ID and WECOM_SECRET' <<< "$said")"
assert_eq "of what was not asked again" 6 "$(grep -c 'call="app token, not asked for again yet" errcode=40001' <<< "$said")"
assert_contains "the first of them" 'call=gettoken errcode=40001 errmsg="invalid credential, hint:' "$said"
redis_q DEL "$failed" > /dev/null
came_back ann
fails_with 40001
assert_eq "secrets sent, when the time is over" 2 $(($(asked_for gettoken) - had))
no_more
setting WECOM_SECRET=wecom-secret
endpoint_replace login-oauth
log_in_at wecom ann

it "without a token no code is sent, and none is lost"
for failing in close,'"times":9' status,'"status":503' garbage error,'"code":-1' error,'"code":45009'; do
  forget_token
  came_back ann
  exchanges=$(asked_for getuserinfo)
  fault gettoken "${failing%%,*}" "$(sed -n 's/^[a-z]*,//p' <<< "$failing")"
  is_away
  assert_eq "exchanges after $failing" 0 $(($(asked_for getuserinfo) - exchanges))
  control release '{}'
  finish
  assert_leads_to 303 /
done

it "WeCom that is busy, or asked too often, is asked again with the same code"
for call in getuserinfo user; do
  for code in -1 45009 45033; do
    came_back ann
    fault $call error "\"code\":$code"
    is_away
    finish
    assert_leads_to 303 /
  done
done

it "a process that is killed while it fetches the token is followed by one of those who wait"
setting WECOM_TIMEOUT_MS=2000
endpoint_replace login-oauth
forget_token
came_back ann
killed=$uuid killed_mine=$mine
fault gettoken hang
curl -s -o /dev/null --unix-socket "$STACK_DIR/http.sock" -b "$mine" "http://localhost$FINISH?state=$uuid" &
load=$!
fetching() { [[ -n $(redis_q KEYS 'AppTokenFetch:*') ]] && [[ $(asked_for gettoken) -gt $had ]]; }
had=$(($(asked_for gettoken) - 1))
eventually fetching || fail "nobody fetches"
endpoint_kill login-oauth
wait "$load" || true
life=$(redis_q PTTL "$(redis_q KEYS 'AppTokenFetch:*')")
((life <= 3000)) || fail "the fetch lives for $life ms more"
endpoint_start login-oauth || fail "not started"
came_back bob
gets_in() { finish; [[ $(header Location) == / ]]; }
eventually gets_in || fail "nobody takes over: $(header Location)"
control release '{}'
uuid=$killed mine=$killed_mine
eventually gets_in || fail "the login of the one that was killed is lost: $(header Location)"
setting WECOM_TIMEOUT_MS=60000
endpoint_replace login-oauth

it "a person is the same, however the reply and the userid are spelt"
log_in_at wecom ann
first=$user
for spelling in old new; do
  for case in upper lower as_is; do
    switch spelling "\"$spelling\""
    switch userid_case "\"$case\""
    log_in_at wecom ann
    assert_eq "the user with $spelling names and $case userids" "$first" "$user"
  done
done
[[ $(oauth_id) =~ ^wecom-client:ann\.[0-9a-f]{8}@corp$ ]] || fail "ann is $(oauth_id)"

it "who is no member gets nowhere, in either spelling"
control person '{"person":"guest","member":false}'
users=$(mysql_q 'SELECT COUNT(*) FROM user_user')
for spelling in old new; do
  switch spelling "\"$spelling\""
  lines=$(log_lines login-oauth)
  came_back guest
  fails_with not-a-member
  fails_with not-a-member
  assert_contains "the log" 'login refused: not a member of the company' \
    "$(tail -n "+$((lines + 1))" "$(log_of login-oauth)")"
  api GET "/api/user/login/wecom/?uuid=$uuid" -b "$mine"
  assert_body '{"code":"not-a-member","msg":"你不是该企业的成员，无法登录"}'
done
assert_eq "users" "$users" "$(mysql_q 'SELECT COUNT(*) FROM user_user')"

it "a member is added to a user, who can log in as either, and not to a second one"
link() { # TOKEN PERSON: as far as the callback
  api POST '/api/user/login/wecom/?link=1' -H "IDTOKEN: $1"
  uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file")
  mine=$(header Set-Cookie | sed 's/;.*//')
  decide "allow:$2"
  come_back
  assert_leads_to 303 "$FINISH?state=$uuid"
}
control person '{"person":"carl"}'
log_in_at wecom ann
link "$token" carl
finish
assert_leads_to 303 /
switch userid_case '"upper"'
log_in_at wecom carl
assert_eq "the user" "$first" "$user"
log_in_at wecom bob
link "$token" carl
fails_with identity-taken
switch userid_case '"as_is"'

it "whom the app may not see, or who is gone since, is known by the userid"
for unseen in 50002 60011 60111; do
  control person "{\"person\":\"hidden\",\"unseen\":$unseen}"
  log_in_at wecom hidden
  current "$token"
  assert_json .data.nickname ''
done
assert_contains "hidden is" wecom-client:hidden. "$(oauth_id)"

it "... and keeps the name of before"
control person '{"person":"leaver"}'
log_in_at wecom leaver
current "$token"
name=$(jq -r .data.nickname "$body_file")
[[ -n $name ]] || fail "no name: $body"
control person '{"person":"leaver","unseen":60111}'
log_in_at wecom leaver
current "$token"
assert_json .data.nickname "$name"

it "an app that may see more tells more"
switch has_privacy true
log_in_at wecom ann
current "$token"
assert_json '.data.avatar_url | test("^https://wework.qpic.example/")' true
switch has_privacy false

it "in WeCom's own browser the way leads through the page inside, and to the same person"
WXWORK='Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 wxwork/4.1.32 MicroMessenger/7.0.1'
begin_inside() { # METHOD PATH
  api "$1" "$2" -A "$WXWORK"
  mine=$(header Set-Cookie | sed 's/;.*//')
  authorize=$(header Location)
  [[ $1 == GET ]] || authorize=$(jq -r .data.url "$body_file")
  uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$authorize")
}
for begun in 'GET /api/user/login/wecom/start/' 'POST /api/user/login/wecom/'; do
  # shellcheck disable=SC2086 # method and path
  begin_inside $begun
  assert_eq "where $begun leads" "$STAND_IN/wecom/connect/oauth2/authorize?appid=wecom-client&redirect_uri=$(
    encoded http://localhost/api/user/login/wecom/callback/
  )&response_type=code&scope=snsapi_base&state=$uuid&agentid=1000002#wechat_redirect" "$authorize"
  run_curl -A "$WXWORK" -H 'X-Decide: allow:ann' "$authorize"
  back=$(header Location)
  back=${back#http://localhost}
  come_back
  finish
  assert_leads_to 303 /
  assert_eq "the user" "$first" "$(part 2 "$(token_cookie)" | jq .id)"
done
begin
assert_contains "another browser's way" "$STAND_IN/wecom/wwlogin/sso/login?login_type=CorpApp&" "$authorize"

it "on another host of the site it comes back through the first"
setting SITE_ORIGIN='http://a.example http://b.example'
endpoint_replace login-oauth
endpoint_replace login-oauth-callback
control redirect_uri '{"uri":"http://a.example/"}'
on() { api GET "$2" -H "Host: $1" "${@:3}"; } # HOST PATH [CURL ARG…]
on b.example /api/user/login/wecom/start/
authorize=$(header Location) mine=$(header Set-Cookie | sed 's/;.*//')
uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$authorize")
run_curl -H 'X-Decide: allow:ann' "$authorize"
back=$(header Location)
assert_contains "the callback" 'http://a.example/api/user/login/wecom/callback/?site=' "$back"
on a.example "${back#http://a.example}"
led=$(header Location)
assert_contains "the way on" 'http://b.example/api/user/login/wecom/callback/?' "$led"
on b.example "${led#http://b.example}" -b "$mine"
assert_leads_to 303 "$FINISH?state=$uuid"
on b.example "$FINISH?state=$uuid" -b "$mine"
assert_leads_to 303 /

it "neither a token nor a secret is in a log"
tokens=$(redis_q GET "$(redis_q KEYS 'AppToken:*')" | tail -n 1)
[[ ${#tokens} == 512 ]] || fail "there is no token to look for"
for name in login-oauth login-oauth-callback nginx-access nginx-error; do
  assert_not_contains "the log of $name" "$tokens" "$(< "$(log_of "$name")")"
  assert_not_contains "the log of $name" wecom-secret "$(< "$(log_of "$name")")"
done

it "what is wrong with the settings is named at start"
program_stop login-oauth
setting WECOM_CORPID= WECOM_AGENT_ID=app WECOM_API_BASE=http://wecom.example
said=$(refused login-oauth)
assert_contains "faults" 'WECOM_CORPID is not set' "$said"
assert_contains "faults" 'WECOM_AGENT_ID must be a number' "$said"
assert_contains "faults" 'WECOM_API_BASE must be a URL like https://qyapi.weixin.qq.com' "$said"

it "the stand-in bans who sends wrong secrets"
for _ in 1 2 3 4 5; do run_curl "$STAND_IN/wecom/cgi-bin/gettoken?corpid=wecom-client&corpsecret=guess"; done
run_curl "$STAND_IN/wecom/cgi-bin/gettoken?corpid=wecom-client&corpsecret=wecom-secret"
assert_json .errcode 45009
