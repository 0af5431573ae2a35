#!/bin/bash
# Logins in WeChat's own browser, by an official account: those who are known are not asked, others are; what WeChat's page
# wants, snapshots, callbacks that come twice, and who is who among WeChat's three ways in.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

setting PROVIDERS='wx mp' TOKEN_COOKIE=token
start_stack login-oauth login-oauth-callback login-wx login-wx-callback current
at mp

WEIXIN='Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI'
scope() { sed -n 's/.*&scope=\([a-z_]*\)&.*/\1/p' <<< "$authorize"; }
# WeChat's page, as WeChat's browser has it; whose phone it is: DIRECTIVES.
weixin() { run_curl -A "$WEIXIN" -b "phone=$1" "${2:-$authorize}"; } # DIRECTIVES [URL]
# It leads back without asking.
led_back() { # DIRECTIVES
  weixin "$1"
  assert_eq "WeChat's status (it said: $body)" 302 "$status"
  back=$(header Location)
  back=${back#http://localhost}
}
# The person is asked, and agrees.
agree() { # DIRECTIVES
  weixin "$1"
  assert_contains "WeChat's page" '网站申请获取你的昵称、头像' "$body"
  back="/api/user/login/mp/callback/?code=test.r$SRANDOM$SRANDOM.$1&state=$uuid"
}
# finish has led to WeChat once more: sets $uuid, $mine and $authorize.
asked_next() {
  assert_eq "status of finish" 302 "$status"
  authorize=$(header Location)
  uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$authorize")
  mine=$(header Set-Cookie | sed 's/;.*//')
}
logged_in() { # NEXT
  assert_leads_to 303 "$1"
  token=$(token_cookie)
  user=$(part 2 "$token" | jq .id)
}
# Somebody's first login.
first_login() { # DIRECTIVES [NEXT]
  begin "${2:-/}"
  led_back "$1"
  come_back
  finish
  asked_next
  agree "$1"
  come_back
  finish
  logged_in "${2:-/}"
}
identities() { mysql_q "SELECT GROUP_CONCAT(oauth_type ORDER BY oauth_type SEPARATOR ' ') FROM user_oauth WHERE user_id = $1"; } # USER
users() { mysql_q 'SELECT COUNT(*) FROM user_user'; }

it "it is offered in WeChat's browser alone; WeCom's has the same name in its own"
here() { # USER-AGENT
  api GET /api/user/login/ -A "$1"
  jq -c '[.data.providers[].here]' "$body_file"
}
assert_eq "in WeChat on a phone" '[false,true]' "$(here "$WEIXIN")"
assert_eq "in WeChat on a desktop" '[true,true]' "$(here 'Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 WindowsWechat')"
assert_eq "in WeCom" '[false,false]' "$(here "$WEIXIN wxwork/4.1")"
assert_eq "elsewhere" '[true,false]' "$(here 'Mozilla/5.0 (X11; Linux x86_64)')"
api GET /api/user/login/
assert_json '.data.providers[1]' '{"name":"mp","kind":"redirect","label":{"zh":"微信","en":"WeChat"},"here":false}'

it "it leads to WeChat's page, with the parameters in WeChat's order"
begin /orders/?page=2
assert_eq "where it leads" "$SANDBOX/connect/oauth2/authorize?appid=wx1123456789abcdef&redirect_uri=$(
  encoded http://localhost/api/user/login/mp/callback/
)&response_type=code&scope=snsapi_base&state=$uuid#wechat_redirect" "$authorize"
[[ $uuid =~ ^[A-Za-z0-9]{1,128}$ ]] || fail "WeChat takes no such state: $uuid"

it "a person who is not known is asked, and gets a user only then"
led_back person=a
come_back
assert_leads_to 303 "/api/user/login/mp/finish/?state=$uuid"
finish
asked_next
assert_eq "what is asked for" snsapi_userinfo "$(scope)"
assert_eq "users" 0 "$(users)"
agree person=a
come_back
finish
logged_in '/orders/?page=2'
a=$user
assert_eq "identities" 'mp_openid weixin' "$(identities "$a")"
current "$token"
assert_json .data.nickname 用户a

it "... and from then on not any more, and keeps name and picture"
begin
led_back person=a
come_back
finish
logged_in /
assert_eq "user" "$a" "$user"
current "$token"
assert_json .data.nickname 用户a
assert_json '.data.avatar_url | length > 0' "$(mysql_q "SELECT IF(avatar_url <> '', 'true', 'false') FROM user_user WHERE id = $a")"

it "a reply that names no scope is what was asked for; one that tells the unionid as well is no other"
begin
led_back person=a.no-scope
come_back
finish
logged_in /
assert_eq "user" "$a" "$user"
begin
led_back person=a.silent-unionid
come_back
finish
logged_in /
assert_eq "user" "$a" "$user"

it "who is known by the website's QR code is the same by the unionid"
log_in "$(code person=b)"
b=$user
first_login person=b
assert_eq "user" "$b" "$user"
assert_eq "identities" 'mp_openid weixin wx_openid' "$(identities "$b")"
log_in "$(code person=c)"
c=$user
begin
led_back person=c.silent-unionid # known at once, if WeChat tells it
come_back
finish
logged_in /
assert_eq "user" "$c" "$user"
assert_eq "identities" 'mp_openid weixin wx_openid' "$(identities "$c")"

it "without a unionid the account's openid is the person"
first_login person=d.nounionid
d=$user
assert_eq "identities" mp_openid "$(identities "$d")"
begin
led_back person=d.nounionid
come_back
finish
logged_in /
assert_eq "user" "$d" "$user"

it "finish asked twice leads a stranger to WeChat again, and nothing is lost"
begin /orders/
led_back person=e
come_back
finish
asked_next
first=$uuid
begun_with=$mine
come_back
uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$back")
finish "$begun_with"
asked_next
[[ $uuid != "$first" ]] || fail "the same login twice"
agree person=e
come_back
finish
logged_in /orders/

it "two callbacks with two codes for one login: whichever comes last before the exchange counts, and the person is logged in"
begin
led_back person=a
come_back
led_back person=a
come_back
finish
logged_in /
assert_eq "user" "$a" "$user"
led_back person=a
come_back # after the outcome
finish
logged_in /
assert_eq "user" "$a" "$user"
come_back # Back in the browser: the same once more
assert_leads_to 303 "/api/user/login/mp/finish/?state=$uuid"
finish
logged_in /

it "a person who refuses comes back with the state alone"
begin /orders/
led_back person=f
come_back
finish
asked_next
back="/api/user/login/mp/callback/?state=$uuid"
come_back
finish
assert_leads_to 303 '/login/?error=login-refused&next=%2Forders%2F'

it "a visitor whom WeChat made up is none, asked or not"
begin
led_back person=a.snapshot
come_back
finish
assert_failed snapshot-user
begin
led_back person=g
come_back
finish
asked_next
agree person=g.snapshot
come_back
finish
assert_failed snapshot-user
assert_eq "users" 5 "$(users)"

it "a code that was used, that is another app's, or that WeChat knows nothing of"
begin
used=test.r$SRANDOM.person=a.silent
back="/api/user/login/mp/callback/?code=$used&state=$uuid"
come_back
finish
logged_in /
begin
back="/api/user/login/mp/callback/?code=$used&state=$uuid"
come_back
finish
assert_failed 40163
log_in "$(code person=b)"
website=$(code person=b)
scan "$(new_uuid)" "$website"
sandbox "/sns/oauth2/access_token?appid=wx0123456789abcdef&secret=00112233445566778899aabbccddeeff&code=$website&grant_type=authorization_code"
begin
back="/api/user/login/mp/callback/?code=$website&state=$uuid"
come_back
finish
assert_failed 40029

it "WeChat is away, and back: the code is kept; so is what it was exchanged for"
for fault in status=500.times=2 userinfo-status=500.userinfo-times=2; do
  begin
  back="/api/user/login/mp/callback/?code=test.r$SRANDOM.person=a.$fault&state=$uuid"
  come_back
  finish
  assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=mp&next=%2F"
  api GET "/api/user/login/mp/?uuid=$uuid" -b "$mine"
  assert_eq "the poll" "502 $WEIXIN_UNAVAILABLE" "$status $body"
  finish
  logged_in /
  assert_eq "user" "$a" "$user"
done

it "another browser gets nowhere, and takes nothing from the one that began"
begin
led_back person=a
come_back ''
assert_failed other-browser
come_back
finish "scanlogin=$(printf '%032d' 0)"
assert_failed other-browser
finish
logged_in /

it "a poll tells that the person has to be asked, where it is first"
begin
led_back person=h
come_back
api GET "/api/user/login/mp/?uuid=$uuid" -b "$mine"
assert_eq "the poll" '200 {"code":"consent-needed","msg":"请授权后登录"}' "$status $body"
finish
asked_next
assert_eq "what is asked for" snsapi_userinfo "$(scope)"

it "linking asks the person at once: all ids are to be linked"
first_login person=i.nounionid
i=$user
api POST '/api/user/login/mp/?link=1' -H "IDTOKEN: $token"
uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
assert_eq "what is asked for" snsapi_userinfo "$(scope)"
agree person=j
come_back
api GET "/api/user/login/mp/?uuid=$uuid" -b "$mine"
assert_eq "the poll" '200 {"code":200,"data":{"linked":"mp"}}' "$status $body"
assert_eq "identities" 'mp_openid mp_openid weixin' "$(identities "$i")"
first_login person=k
api POST '/api/user/login/mp/?link=1' -H "IDTOKEN: $token"
uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
agree person=j
come_back
api GET "/api/user/login/mp/?uuid=$uuid" -b "$mine"
assert_json .code identity-taken

it "who is banned is not let in, without being asked"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $a"
begin
led_back person=a
come_back
finish
assert_failed disabled
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $a"

it "a page begins one by POST, which asks those who are known nothing either"
api POST '/api/user/login/mp/?next=%2Forders%2F'
authorize=$(jq -r .data.url "$body_file") uuid=$(jq -r .data.uuid "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
assert_eq "what is asked for" snsapi_base "$(scope)"
led_back person=a
come_back
finish
logged_in /orders/
assert_eq "user" "$a" "$user"

it "a wrong secret is the operator's mistake: the log says which settings to look at"
setting MP_SECRET=wrong
endpoint_replace login-oauth
begin
led_back person=a
come_back
finish
assert_failed 40125
assert_contains "the log" 'check MP_APPID and MP_SECRET' "$(< "$(log_of login-oauth)")"
