#!/bin/bash
# A login with link=1 adds an identity to the user who began it, and logs nobody in: by a scan and by a redirect; not one
# that is somebody else's, and not to a user who is banned or gone meanwhile.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

start_providers github qq
start_stack login-oauth login-oauth-callback login-wx login-wx-callback current logout identities
TAKEN='{"code":"identity-taken","msg":"该账号已绑定其他用户"}'

types_of() { mysql_q "SELECT oauth_type FROM user_oauth WHERE user_id = $1 ORDER BY id" | paste -sd ' '; } # USER
rows() { mysql_q 'SELECT id, oauth_type, oauth_id, user_id FROM user_oauth ORDER BY id'; }
audit() { mysql_q "SELECT action, user_id, detail FROM user_audit ORDER BY id DESC LIMIT 1" | tr '\t' ' '; }
# Begins a login that links: sets $uuid, $mine, and $authorize for a provider with a redirect.
begin_link() { # TOKEN [NEXT]
  api POST "/api/user/login/$provider/?link=1${2:+&next=$(encoded "$2")}" -H "IDTOKEN: $1"
  assert_status 200
  uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file")
  mine=$(header Set-Cookie | sed 's/;.*//')
}
link_at() { # NAME PERSON TOKEN [NEXT]: as far as the callback
  at "$1"
  begin_link "$3" "${4:-}"
  decide "allow:$2"
  come_back
  assert_leads_to 303 "/api/user/login/$1/finish/?state=$uuid"
}
ask() { api GET "/api/user/login/$provider/?uuid=$uuid" -b "$mine"; }
assert_linked() { assert_eq "the poll" "200 {\"code\":200,\"data\":{\"linked\":\"$provider\"}}" "$status $body"; }

it "who logged in by a scan adds GitHub, and can log in there from then on"
log_in "$(code person=a)"
A=$user A_TOKEN=$token
link_at github ann "$A_TOKEN" /account/
finish
assert_leads_to 303 /account/
assert_no_header Set-Cookie
assert_eq "identities" 'weixin wx_openid github' "$(types_of "$A")"
assert_contains "what is on record" "link $A {\"identities\":[{\"oauth_type\":\"github\",\"oauth_id\":\"" "$(audit)"
assert_eq "the session" 200 "$(status_of "$A_TOKEN")"

it "a reply that was lost is given again, to the page as well"
finish
assert_leads_to 303 /account/
ask
assert_linked
ask
assert_linked
log_in_at github ann
assert_eq "the user" "$A" "$user"
A_TOKEN=$token

it "one that is the user's already is linked, and nothing changes"
before=$(rows) entries=$(mysql_q 'SELECT COUNT(*) FROM user_audit')
link_at github ann "$A_TOKEN"
ask
assert_linked
assert_eq "the rows" "$before" "$(rows)"
assert_eq "entries" "$entries" "$(mysql_q 'SELECT COUNT(*) FROM user_audit')"

it "both ids of a provider come together"
link_at qq ann "$A_TOKEN"
finish
assert_leads_to 303 /
assert_eq "identities" 'weixin wx_openid github qq qq_openid' "$(types_of "$A")"

it "one that is somebody else's is taken, and nothing changes"
log_in_at github bob
B=$user B_TOKEN=$token
before=$(rows)
for taken in github qq; do
  link_at "$taken" ann "$B_TOKEN" /account/
  finish
  assert_leads_to 303 '/login/?error=identity-taken&next=%2Faccount%2F'
  ask
  assert_eq "the poll" "200 $TAKEN" "$status $body"
  assert_contains "what is on record" "login-refused $B {\"reason\":\"identity-taken\"}" "$(audit)"
done
assert_eq "the rows" "$before" "$(rows)"

it "who logged in by GitHub adds WeChat, by a scan"
provider=wx
begin_link "$B_TOKEN"
api GET "$CALLBACK?code=$(code person=b)&state=$uuid" -b "$mine"
assert_page 微信登录成功
ask
assert_linked
assert_eq "identities" 'github weixin wx_openid' "$(types_of "$B")"
log_in "$(code person=b)"
assert_eq "the user" "$B" "$user"
B_TOKEN=$token
begin_link "$B_TOKEN"
api GET "$CALLBACK?code=$(code person=a)&state=$uuid" -b "$mine"
ask
assert_eq "the poll" "200 $TAKEN" "$status $body"

it "one identity for which two users ask at once goes to one of them"
at github
control person '{"person":"carl"}'
link_at github carl "$A_TOKEN"
first=$uuid first_mine=$mine
link_at github carl "$B_TOKEN"
(api GET "/api/user/login/github/?uuid=$first" -b "$first_mine"; echo "$body" > "$test_dir/first") &
asked=$!
ask
second=$body
wait "$asked"
assert_eq "what both were told" "$TAKEN {\"code\":200,\"data\":{\"linked\":\"github\"}}" \
  "$(printf '%s\n' "$(< "$test_dir/first")" "$second" | LC_ALL=C sort | paste -sd ' ')"
assert_eq "rows" 1 "$(mysql_q "SELECT COUNT(*) FROM user_oauth WHERE oauth_type = 'github' AND user_id IN ($A, $B)
  AND oauth_id = (SELECT MAX(oauth_id) FROM user_oauth WHERE oauth_type = 'github' AND id = (SELECT MAX(id) FROM user_oauth))")"

it "without a good token nobody begins one, and no page of another site does with the cookie"
for name in github wx; do
  api POST "/api/user/login/$name/?link=1"
  assert_denied missing
  api POST "/api/user/login/$name/?link=1" -H "IDTOKEN: x"
  assert_denied malformed
  api POST "/api/user/login/$name/?link=1" -b "token=$A_TOKEN" -H 'Origin: https://evil.example'
  assert_status 403
  api POST "/api/user/login/$name/?link=2" -H "IDTOKEN: $A_TOKEN"
  assert_json .msg '参数 link 不合法'
done

it "a user who is banned, or gone, before the code comes gets nothing"
at github
control person '{"person":"dora"}'
github_rows() { mysql_q "SELECT COUNT(*) FROM user_oauth WHERE oauth_type = 'github'"; }
for change in "UPDATE user_user SET is_active = 0 WHERE id = $B" "DELETE FROM user_user WHERE id = $B"; do
  begin_link "$B_TOKEN"
  decide allow:dora
  come_back
  [[ $change != DELETE* ]] || mysql_q "DELETE FROM user_oauth WHERE user_id = $B"
  mysql_q "$change"
  had=$(github_rows)
  finish
  assert_failed disabled
  assert_eq "identities by GitHub since" "$had" "$(github_rows)"
  mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $B"
done
assert_eq "half users" 0 "$(half_users)"
