#!/bin/bash
# The log: one line for each login, logout, refusal and failure, with nginx's request id; none for polls and `current`.
# That no input forges a line is in http: injection, that no secret is in any in e2e: secrets.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting LOG_LEVEL=info WX_TIMEOUT_MS=3000 PROVIDERS='wx mini github' GITHUB_CLIENT_ID=id GITHUB_CLIENT_SECRET=secret
start_stack

mapfile -t ENDPOINTS < <(every_endpoint)
lines() { (cd "$STACK_DIR/log" && cat "${ENDPOINTS[@]/%/.log}"); }
mark() { # what comes after this is news
  before=$(lines)
  requests=$(grep -c '"[A-Z]* /api/user/' "$(log_of nginx-access)" || true)
}
news() { { diff <(echo "$before") <(lines) || true; } | sed -n 's/^> //p'; }
logged_by_nginx() { (($(grep -c '"[A-Z]* /api/user/' "$(log_of nginx-access)") > requests)); }
silent() { # WHAT: it has left no line
  assert_eq "lines for $1" '' "$(news)"
}
# The last request has left one line: LEVEL NAME EVENT, with the id under which nginx logged it, or $request_id.
request_id=''
leaves() { # LEVEL NAME EVENT [PART OF THE LINE]
  local id said
  [[ -n $request_id ]] || eventually logged_by_nginx || fail "nginx has not logged it"
  id=${request_id:-$(grep '"[A-Z]* /api/user/' "$(log_of nginx-access)" | tail -n 1 | sed 's/.* //')}
  said=$(news)
  assert_eq "lines for $3 in:"$'\n'"$said" 1 "$(wc -l <<< "$said")"
  [[ $said =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z\ $1\ $2\[$(pid_of "$2")\]\ $3\ request=$id\ client= ]] ||
    fail "not a line of $1 $2 $3 for request $id: $said"
  assert_contains "the line" "${4:-}" "$said"
}

it "polls, callbacks, current and what is malformed leave no line"
mark
for query in '' uuid= uuid=u uuid=%00; do api GET "/api/user/login/wx/?$query"; done
for query in '' code=c 'code=c&state=u' 'code=%00&state=u'; do api GET "$CALLBACK?$query"; done
for token in '' x "$(jwt '{"alg":"none"}' '{}')" "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":1}')"; do current "$token"; done
for name in login/wx login/wx/callback current logout nothing; do api PUT "/api/user/$name/"; done
silent "these"

it "a login leaves one line, with the user; the current that follows none"
scan u "$(code person=a)"
mark
poll u
token=$(jq -r .data.token "$body_file") user=$(part 2 "$token" | jq .id)
leaves info login-wx login " user=$user new=yes"
mark
current "$token"
silent "current"

it "each login that is refused leaves one line"
refusal_leaves() { # CODE LEVEL EVENT [PART]
  scan u "$1"
  mark
  poll u
  leaves "$2" login-wx "$3" "${4:-}"
}
refusal_leaves "$(code errcode=40029)" info 'login refused by WeChat' ' call=access_token errcode=40029 errmsg="invalid code'
refusal_leaves "$(code userinfo-errcode=40003)" info 'login refused by WeChat' ' call=userinfo errcode=40003 '
refusal_leaves "$(code errcode=40125)" error 'login refused by WeChat: check WX_APPID and WX_SECRET' errcode=40125
refusal_leaves "$(code snapshot)" info 'login refused: virtual visitor'
refusal_leaves "$(code status=500)" error 'WeChat unavailable' 500
refusal_leaves "$(code hang)" error 'WeChat unavailable'
refusal_leaves "$(code userinfo-broken)" error 'WeChat unavailable'

it "each logout leaves one line, a refused one too, with its reason"
mark
logout "$token"
leaves info logout logout " user=$user"
mark
logout "$token"
leaves info logout denied reason=logged-out
mark
logout
silent "a logout without a token"

it "a banned user who tries leaves one line"
log_in "$(code person=b)"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
mark
logout "$token"
leaves info logout denied reason=disabled
refusal_leaves "$(code person=b)" info 'login refused: user is banned' "user=$user"

it "what users do with their account leaves one line each; a look at the identities, and what is refused, none"
log_in "$(code person=d)"
mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  VALUES ('github', 'x', '2026-01-02', '2026-01-02', $user)"
mine() { api "$1" "/api/user/$2" -H "IDTOKEN: $token" "${@:3}"; } # METHOD PATH [CURL ARG…]
mark
mine GET identities/
mine DELETE identities/999999/
mine DELETE current/ --data-binary '{"confirm":"x"}'
for path in identities/1/ current/; do api DELETE "/api/user/$path"; done
silent "these"
mark
mine GET export/
leaves info export 'account exported' " user=$user"
mark
identity=$(mysql_q "SELECT id FROM user_oauth WHERE oauth_type = 'github'")
mine DELETE "identities/$identity/"
leaves info identities 'identity unlinked' " identity=$identity user=$user"
mark
mine GET sessions/
mine DELETE "sessions/$(printf '%032d' 0)/"
silent "a look at the sessions, and one that is not there"
log_in "$(code person=d)"
mark
api DELETE "/api/user/sessions/$(sha256 "$token" | cut -c 1-32)/" -H "IDTOKEN: $token"
leaves info sessions 'session ended' " user=$user"
log_in "$(code person=d)"
mark
mine DELETE current/ --data-binary "$(part 2 "$token" | jq -c '{confirm: .username}')"
leaves info current 'account deleted' " user=$user"

it "what an admin changes leaves one line, with both; a refusal of who is none too, a list none"
become_admin
log_in "$(code person=c)"
C=$user C_TOKEN=$token
mark
admin GET users/
admin GET "users/$C/"
admin GET audit/?format=csv
admin GET users/?x=1
silent "these"
version=$(version_of "$C")
mark
patch "$C" '{"nickname":"x"}' "$version"
leaves info admin-users 'user changed' " user=$C admin=$ADMIN_ID"
mark
admin POST "users/$C/logout/"
leaves info admin-users 'user logged out' " user=$C admin=$ADMIN_ID"
mark
identity=$(mysql_q "SELECT MIN(id) FROM user_oauth WHERE user_id = $C")
admin DELETE "oauths/$identity/"
leaves info admin-oauths 'identity unlinked' " identity=$identity admin=$ADMIN_ID"
version=$(version_of "$C")
mark
admin DELETE "users/$C/" -H "If-Match: $version" --data-binary "{\"confirm\":\"$(part 2 "$C_TOKEN" | jq -r .username)\"}"
leaves info admin-users 'user deleted' " user=$C admin=$ADMIN_ID"
log_in "$(code person=c)"
C=$user
log_in "$(code person=d)"
mark
admin POST "users/$user/merge/" -H 'If-Match: *' \
  --data-binary "{\"from\":$C,\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $C")\"}"
leaves info admin-users 'user merged' " from=$C user=$user admin=$ADMIN_ID"
log_in "$(code person=a)"
mark
admin_as "$token" GET audit/
leaves info admin-audit 'admin denied' " user=$user"

it "each request that fails for want of MySQL or Redis leaves one line, current's too"
log_in "$(code person=a)"
fails() { # NAME KIND COMMAND…
  mark
  "${@:3}"
  assert_unavailable
  leaves error "$1" 'request failed' " kind=$2 reason="
}
scan u "$(code person=a)"
program_stop mysql
fails current database current "$token"
fails logout database logout "$token"
fails login-wx database poll u
fails export database mine GET export/
fails admin-users database admin GET users/
# nginx asks it on behalf of another request, and tells it that one's id.
guarded() { direct auth GET '' "$token" SCRIPT_NAME=/api/user/auth/ "REQUEST_ID=$request_id"; }
request_id=guarded-1
fails auth database guarded
request_id=''
api POST /api/user/login/github/
github=$(jq -r .data.uuid "$body_file")
program_stop redis
fails current cache current "$token"
fails logout cache logout "$token"
fails login-wx cache poll u
fails identities cache mine DELETE identities/1/
fails sessions cache mine GET sessions/
fails admin-oauths cache admin DELETE oauths/1/
fails admin-audit cache admin GET audit/
fails login-wx-callback cache api GET "$CALLBACK?code=c&state=u"
fails login-mini cache api POST /api/user/login/mini/ --data-binary '{"code":"c"}'
fails login-oauth cache api GET "/api/user/login/github/?uuid=$github"
fails login-oauth-callback cache api GET "/api/user/login/github/callback/?code=c&state=$github"
never_fails() { # NAME COMMAND…
  mark
  "${@:2}"
  assert_status 200
  silent "$1"
}
never_fails jwks api GET /api/user/jwks.json
redis_start || fail "no Redis"
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"

it "an id that is not of letters, digits and - is replaced by one of the endpoint's own"
mark
for id in given-1 $'x\nforged' 'a b' '' "$(printf '%065d' 0)"; do direct logout POST '' x "REQUEST_ID=$id"; done
assert_eq "the ids" 'given-1 own own own own' \
  "$(news | sed -E 's/.* request=([^ ]*) .*/\1/; s/^[0-9a-f]{32}$/own/' | paste -sd ' ')"
