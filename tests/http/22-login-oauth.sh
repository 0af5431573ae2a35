#!/bin/bash
# Logins at QQ, Weibo, GitHub, Gitee, Feishu, DingTalk and WeCom, each against a strict stand-in: the way there and back, a
# second login, a refusal, and codes that are used, expired or another's.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

start_providers
start_stack login-oauth login-oauth-callback login-wx login-wx-callback current
at qq
control switch '{"name":"cancel","value":"usercancel"}'

# What each says of a code that is used, expired or none of its own.
declare -A USED=([qq]=100020 [weibo]=21325 [github]=bad_verification_code [gitee]=invalid_grant [feishu]=20065
  [dingtalk]=invalidParameter.authCode.notFound [wecom]=40029)
declare -A EXPIRED=([qq]=100019 [weibo]=21325 [github]=bad_verification_code [gitee]=invalid_grant [feishu]=20004
  [dingtalk]=invalidParameter.authCode.notFound [wecom]=40029)
declare -A TYPES=([qq]='qq qq_openid' [weibo]=weibo [github]=github [gitee]=gitee [feishu]='feishu feishu_openid'
  [dingtalk]='dingtalk dingtalk_openid' [wecom]=wecom)
declare -A CHECK=([wecom]='WECOM_CORPID, WECOM_AGENT_ID and WECOM_SECRET')
code_in_back() { sed -nE 's/.*[?&](code|authCode)=([^&]*).*/\2/p' <<< "$back"; }

it "the list has the ways in, in the order of PROVIDERS"
api GET /api/user/login/
assert_json '[.data.providers[].name]' '["wx","qq","weibo","github","gitee","feishu","dingtalk","wecom"]'
assert_json '.data.providers[3]' '{"name":"github","kind":"redirect","label":{"zh":"GitHub","en":"GitHub"},"here":true}'
assert_json '.data.providers[0]' '{"name":"wx","kind":"scan","label":{"zh":"微信","en":"WeChat"},"here":true}'
assert_json_headers
api GET /api/user/login -A 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148'
assert_json '[.data.providers[].here]' '[false,true,true,true,true,true,true,true]'

for name in "${ALL_PROVIDERS[@]}"; do
  it "$name: a login, and a second one of the same person, who is the same user"
  log_in_at "$name" ann /orders/?page=2
  first=$user
  current "$token"
  assert_status 200
  assert_json '.data.nickname | test("ann")' true
  assert_eq "identities" "${TYPES[$name]}" "$(mysql_q "SELECT GROUP_CONCAT(oauth_type ORDER BY oauth_type SEPARATOR ' ')
    FROM user_oauth WHERE user_id = $user")"
  log_in_at "$name" ann
  assert_eq "the user" "$first" "$user"
  log_in_at "$name" bob
  [[ $user != "$first" ]] || fail "ann and bob are one user"

  it "$name: finish again answers the same, and so does the callback; the provider was asked once"
  asked=$(asked_for "$exchange")
  finish
  assert_leads_to 303 /
  assert_eq "the token" "$token" "$(token_cookie)"
  come_back
  assert_leads_to 303 "/api/user/login/$name/finish/?state=$uuid"
  finish
  assert_eq "the token" "$token" "$(token_cookie)"
  assert_eq "exchanges" "$asked" "$(asked_for "$exchange")"

  it "$name: a refusal"
  begin /orders/
  decide refuse
  come_back
  assert_leads_to 303 "/api/user/login/$name/finish/?state=$uuid"
  finish
  assert_leads_to 303 '/login/?error=login-refused&next=%2Forders%2F'

  it "$name: a code that was used, in another login"
  log_in_at "$name" ann
  used=$(code_in_back)
  begin
  decide allow:ann
  back=${back/"$(code_in_back)"/"$used"}
  come_back
  finish
  assert_failed "${USED[$name]}"

  it "$name: a code that has expired"
  begin
  decide allow:ann
  control expire '{}'
  come_back
  finish
  assert_failed "${EXPIRED[$name]}"
  finish
  assert_failed "${EXPIRED[$name]}"

  it "$name: another browser gets nowhere, and takes nothing from the one that began"
  begin
  decide allow:ann
  come_back ''
  assert_failed other-browser
  come_back "scanlogin=$(printf '%032d' 0)"
  assert_failed other-browser
  come_back
  finish ''
  assert_failed other-browser
  finish
  assert_leads_to 303 /

  # A request on a kept connection that closes is sent again: so each fault is there more than once.
  it "$name: it is away, and back: the code is kept meanwhile"
  begin
  decide allow:ann
  come_back
  control fault "{\"call\":\"$exchange\",\"kind\":\"close\",\"times\":9}"
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=$name&next=%2F"
  control release '{}'
  control fault "{\"call\":\"$exchange\",\"kind\":\"status\",\"status\":503}"
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=$name&next=%2F"
  control fault "{\"call\":\"$exchange\",\"kind\":\"garbage\"}"
  api GET "/api/user/login/$name/?uuid=$uuid" -b "$mine"
  assert_eq "the poll" '502 provider-unavailable' "$status $(jq -r .code "$body_file")"
  control release '{}'
  finish
  assert_leads_to 303 /

  it "$name: a reply that is lost at the person's call is asked for again; the code is not"
  control calls
  call=$(jq -r --arg code "$exchange" '[.calls[].call | select(IN($code, "authorize", "gettoken") | not)] | last' "$body_file")
  begin
  decide allow:ann
  come_back
  control fault "{\"call\":\"$call\",\"kind\":\"lost\",\"times\":9}"
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=$name&next=%2F"
  control release '{}'
  finish
  assert_leads_to 303 /

  it "$name: a reply that is lost with the code is a code that was used"
  begin
  decide allow:ann
  come_back
  control fault "{\"call\":\"$exchange\",\"kind\":\"lost\",\"times\":9}"
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=$name&next=%2F"
  control release '{}'
  finish
  assert_failed "${USED[$name]}"
done

it "what a callback is missing, or has malformed, is told"
at github
begin
decide allow:ann
for query in "code=c" "code=c&state=" "code=c&state=x" "code=%00&state=$uuid" "code=$(printf '%0600d' 0)&state=$uuid"; do
  api GET "/api/user/login/github/callback/?$query" -b "$mine"
  assert_json .code params-error
done
api GET "/api/user/login/gitee/callback/?code=c&state=$uuid" -b "$mine"
assert_eq "a uuid of another provider's" '200 参数 state 不合法' "$status $(jq -r .msg "$body_file")"
for path in "" start/ finish/ callback/; do
  api GET "/api/user/login/nobody/$path?uuid=$uuid&state=$uuid&code=c"
  assert_eq "the reply for nobody/$path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
done
for next in https://evil.example //evil.example '/\evil'; do
  api GET "/api/user/login/github/start/?next=$(encoded "$next")"
  assert_json .msg '参数 next 不合法'
done
come_back
finish
assert_leads_to 303 /

it "an error that is no refusal is told by its name; one that passes as the provider's being away"
for error in invalid_scope 'server_error provider-unavailable' '%00 login-refused'; do
  begin
  back="/api/user/login/github/callback/?error=${error% *}&state=$uuid"
  come_back
  finish
  assert_failed "${error#* }"
done

it "an error without the state is told as well, and ends no login: it is not known which"
at weibo
begin
decide allow:ann
kept=$back
for error in 'access_denied login-refused' invalid_scope 'server_error provider-unavailable' '%00 login-refused'; do
  back="/api/user/login/weibo/callback/?error=${error% *}&error_code=21330"
  come_back
  assert_failed "${error#* }"
done
back=$kept
come_back
finish
assert_leads_to 303 /

it "a login that nobody knows any more has expired"
at github
begin
decide allow:ann
redis_q DEL "OAuthLogin:github:$(tag "$uuid")" > /dev/null
come_back
assert_failed expired
finish
assert_failed expired

it "a page begins one by POST, and sends the person on itself; another site's page may not"
api POST '/api/user/login/github/?next=%2Forders%2F'
assert_status 200
uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file")
mine=$(header Set-Cookie | sed 's/;.*//')
decide allow:ann
come_back
finish
assert_leads_to 303 /orders/
api POST /api/user/login/github/ -H 'Sec-Fetch-Site: cross-site'
assert_status 403

it "HEAD begins nothing, keeps nothing and exchanges nothing"
note_keys
for path in start/ "callback/?code=c&state=$uuid" "finish/?state=$uuid"; do
  api HEAD "/api/user/login/github/$path" -b "$mine"
  [[ $status == 30[23] ]] || fail "HEAD $path: $status"
done
assert_eq "new keys" '' "$(new_keys)"

it "without TOKEN_COOKIE it ends at the login page, whose poll has the token"
setting TOKEN_COOKIE=
endpoint_replace login-oauth
begin /orders/
decide allow:ann
come_back
finish
assert_leads_to 303 "/login/#uuid=$uuid&provider=github&next=%2Forders%2F"
api GET "/api/user/login/github/?uuid=$uuid" -b "$mine"
assert_logged_in
setting TOKEN_COOKIE=token

it "a wrong secret is the operator's mistake: the log says which settings to look at"
for name in "${ALL_PROVIDERS[@]}"; do at "$name" && setting "$secret_setting=wrong-secret"; done
endpoint_replace login-oauth
for name in "${ALL_PROVIDERS[@]}"; do
  at "$name"
  lines=$(log_lines login-oauth)
  begin
  decide allow:ann
  come_back
  finish
  assert_contains "where $name leads" '/login/?error=' "$(header Location)"
  if [[ $name != dingtalk ]]; then # it has one error for whatever is wrong
    assert_contains "the log of $name" "check ${CHECK[$name]:-${name^^}_CLIENT_ID and ${name^^}_CLIENT_SECRET}" \
      "$(tail -n "+$((lines + 1))" "$(log_of login-oauth)")"
  fi
  assert_not_contains "the log of $name" wrong-secret "$(< "$(log_of login-oauth)")"
done
