#!/bin/bash
# docs/openapi.json and the endpoints say the same: it has every path, method and parameter that there is, and no other;
# every reply that comes is in it, and every reply that is in it comes.
# Not part of make check under asan: what it asks for the other tests ask for as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/keys.bash"
. "$(dirname "$0")/../lib/npm.bash"
. "$(dirname "$0")/../lib/providers.bash"

install_npm openapi
FILE=$STACK_ROOT/docs/openapi.json
check() { node "$STACK_ROOT/tests/openapi/check.mjs" "$@" 2>&1; }

it "it is OpenAPI, and nothing in it looks wrong to a linter"
said=$(REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$STACK_ROOT/build/openapi/node_modules/.bin/redocly" lint \
  --config "$STACK_ROOT/tests/openapi/redocly.yaml" "$FILE" 2>&1) || fail "$said"
assert_not_contains "what the linter says" warning "$said"

it "it has the paths, methods and parameters of nginx, the programs and the admin's lists, and no others"
said=$(check routes) || fail "$said"

mapfile -t OPERATIONS < <(check operations)

# ---- what is asked ----------------------------------------------------------------------------------

RECORD=$test_dir/record
OTHER_HOST=http://other.example NOBODY="scanlogin=$(printf '%032d' 0)"
MINI=/api/user/login/mini/ WX=/api/user/login/wx

# OpenID Connect: one provider that names itself at the callback, and one that is away.
mkdir -p "$test_dir/issuer/.well-known"
spawn issuer python3 -u -c 'import functools, http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.test(functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1]), port=0, bind="127.0.0.1")' \
  "$test_dir/issuer"
issuer_port() { [[ "$(cat "$(log_of issuer)" 2> /dev/null)" =~ port\ ([0-9]+) ]]; }
eventually issuer_port || fail "no issuer: $(< "$(log_of issuer)")"
ISSUER=http://127.0.0.1:${BASH_REMATCH[1]}
echo "{\"issuer\":\"$ISSUER\",\"authorization_endpoint\":\"$ISSUER/authorize\",\"token_endpoint\":\"$ISSUER/token\",
  \"jwks_uri\":\"$ISSUER/jwks\",\"authorization_response_iss_parameter_supported\":true,
  \"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],
  \"id_token_signing_alg_values_supported\":[\"RS256\"]}" > "$test_dir/issuer/.well-known/openid-configuration"

make_key new ed25519
make_key old rsa
start_providers github wecom
setting PROVIDERS='wx mp mini github wecom works away' SITE_ORIGIN="http://localhost $OTHER_HOST" \
  SIGNING_KEY_FILE="$(private_key new)" VERIFY_KEY_FILES="$(public_key old)" \
  WORKS_ISSUER="$ISSUER" WORKS_CLIENT_ID=works WORKS_CLIENT_SECRET=works-secret \
  AWAY_ISSUER=http://127.0.0.1:1 AWAY_CLIENT_ID=away AWAY_CLIENT_SECRET=away-secret
start_stack

# Each line of standard input is a path, asked for by GET.
each() { # BEGINNING [CURL ARG…]
  local rest
  while IFS= read -r rest; do api GET "$1$rest" "${@:2}"; done
}
as() { api "$2" "/api/user/$3" -H "IDTOKEN: $1" "${@:4}"; } # TOKEN METHOD PATH [CURL ARG…]
# Another site's page, by the browser's cookie alone.
from_elsewhere() { # METHOD PATH [CURL ARG…]
  api "$1" "/api/user/$2" -b "token=$ME" -H 'Origin: https://evil.example' "${@:3}"
  assert_status 403
}
new_login() { # PERSON: sets $token and $user
  log_in "$(code "person=$1")"
}
# Every token that is none: the request is refused with each.
refused() { # METHOD PATH [CURL ARG…]
  local bad
  api "$1" "/api/user/$2" "${@:3}"
  for bad in "${BAD_TOKENS[@]}"; do as "$bad" "$1" "$2" "${@:3}"; done
}

become_admin
new_login banned; BANNED=$user BANNED_TOKEN=$token
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $BANNED"
new_login replaced; REPLACED=$token
new_login replaced; LATER=$user
new_login left; LEFT=$token
logout "$LEFT"
new_login revoked; REVOKED=$token
admin POST "users/$user/logout/"
BAD_TOKENS=(x "$(jwt '{"alg":"HS512"}' '{"id":1,"exp":4102444800}')" "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":1}')"
  "$REPLACED" "$LEFT" "$REVOKED" "$BANNED_TOKEN" "$(jwt '{"alg":"HS256"}' "{\"id\":$LATER,\"exp\":4102444800}")")
new_login me; ME=$token ME_ID=$user

it "the ways in"
api GET /api/user/login/
begin_wx() { # sets $uuid, $mine
  api POST "$WX/"
  assert_status 200
  uuid=$(jq -r .data.uuid "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
}
link_wx() { # TOKEN
  as "$1" POST "login/wx/?link=1"
  uuid=$(jq -r .data.uuid "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
}
back_wx() { api GET "$CALLBACK?${1:+code=$1&}state=$uuid" -b "${2-$mine}"; } # [CODE [COOKIE]]
poll_wx() { poll "$uuid" -b "$mine"; }

it "a poll at WeChat"
each "$WX/" << 'END'

?uuid=%20
?uuid=u&wait=0
?uuid=u&wait=1
END
for directives in person=me snapshot person=banned errcode=40029 status=500.times=1; do
  uuid=$(new_uuid)
  scan "$uuid" "$(code "$directives")"
  poll "$uuid"
  [[ $directives != person=me ]] || ME=$token
done
new_login me; ME=$token
link_wx "$ME"
back_wx "$(code person=me)"
poll_wx
link_wx "$ME"
back_wx "$(code person=admin)"
poll_wx
api GET "$WX/finish/?state=$uuid" -b "$mine"
begin_wx
back_wx
poll_wx

it "a login that begins with WeChat's QR code"
as "$ME" POST 'login/wx/?link=2'
api POST $WX/ -H 'Sec-Fetch-Site: cross-site'
api POST $WX/ -H 'Host: www.localhost'
refused POST 'login/wx/?link=1'

it "WeChat's callback"
each "$CALLBACK" << 'END'

?code=c
?code=c&state=%20
?code=%00&state=u
END
begin_wx
back_wx "$(code)" "$NOBODY"
back_wx "$(code)" ''
api GET "$CALLBACK?code=c&state=$uuid&site=$(encoded $OTHER_HOST)"

it "WeChat with the whole window"
whole() { # [QUERY]
  api GET "$WX/start/${1-}"
  uuid=$(header Location | sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p') mine=$(header Set-Cookie | sed 's/;.*//')
}
finish_wx() { api GET "$WX/finish/?state=$uuid" -b "${1-$mine}"; } # [COOKIE]
api GET "$WX/start/?next=//evil.example"
each "$WX/finish/" << 'END'

?state=x
END
for directives in person=another snapshot person=banned errcode=40029 status=500.times=1; do
  whole '?next=/orders/'
  back_wx "$(code "$directives")"
  finish_wx
done
whole
finish_wx          # nobody has scanned
finish_wx "$NOBODY" # another browser
back_wx            # refused
finish_wx
whole
redis_q DEL "WeixinLogin:$(tag "$uuid")" > /dev/null
finish_wx

it "a mini-program"
mini() { api POST $MINI --data-binary "$1" "${@:2}"; } # BODY [CURL ARG…]
mini_code() { mini "{\"code\":\"$(code "$1")\"}"; }
for directives in person=mini person=banned errcode=40029 status=500.times=1; do mini_code "$directives"; done
mini "{\"code\":\"$(code person=mini)\",\"nickname\":\"小明\",\"avatar_url\":\"https://pics.example/a.png\"}"
while IFS= read -r json; do mini "$json"; done << 'END'
code=x
{}
{"code":7}
{"code":"x","nickname":7}
{"code":"x","avatar_url":"javascript:alert(1)"}
END
mini '{"code":"x"}' -H 'Sec-Fetch-Site: cross-site'
mini '{"code":"x"}' -H 'Host: www.localhost'
slow=$(code person=mini.slow=2000)
curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --data-binary "{\"code\":\"$slow\"}" -o "$test_dir/slow" \
  "http://localhost$MINI" &
asking=$!
eventually calls_are "$slow" 1 0 || fail "WeChat was not asked"
mini "{\"code\":\"$slow\"}"
wait "$asking" || fail "curl ended with $?"

it "a login by a redirect"
ask() { api GET "/api/user/login/$provider/?uuid=$uuid" -b "$mine"; }
begin_link() { # TOKEN
  as "$1" POST "login/$provider/?link=1&next=%2Faccount%2F"
  uuid=$(jq -r .data.uuid "$body_file") authorize=$(jq -r .data.url "$body_file") mine=$(header Set-Cookie | sed 's/;.*//')
}
allowed() { decide "allow:$1"; come_back; } # PERSON
log_in_at github bob
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
log_in_at github ann
ANN=$token
begin_link "$ME"; allowed ann; ask; finish            # taken
begin_link "$ANN"; allowed ann; ask; finish           # linked
begin; ask; finish; finish "$NOBODY"; allowed ann; ask # pending, another browser, logged in
begin; allowed bob; ask; finish                       # banned
begin; decide refuse; come_back ''; come_back; ask; finish
begin; allowed ann; control expire '{}'; ask; finish
begin; allowed ann
control fault '{"call":"token","kind":"status","status":503,"times":9}'
ask; finish
control release '{}'
begin; decide allow:ann
redis_q DEL "OAuthLogin:github:$(tag "$uuid")" > /dev/null
come_back; finish
at wecom
control person '{"person":"guest","member":false}'
begin; allowed guest; ask; finish
at github
begin
each /api/user/login/github/ << END

?uuid=x
?uuid=$uuid&wait=0
?uuid=$uuid&wait=1
start/?next=//evil.example
callback/
callback/?state=x
callback/?code=%00&state=$uuid
callback/?error=access_denied
callback/?error=invalid_scope&error_description=no
callback/?error=server_error
finish/
finish/?state=x
END
each /api/user/login/nobody/ << END
?uuid=$uuid
start/
callback/?state=$uuid
finish/?state=$uuid
END
api POST /api/user/login/nobody/
for query in '?next=//evil.example' '?link=2'; do as "$ME" POST "login/github/$query"; done
api POST /api/user/login/github/ -H 'Sec-Fetch-Site: cross-site'
api POST /api/user/login/github/ -H 'Host: www.localhost'
refused POST 'login/github/?link=1'
api POST /api/user/login/away/
api GET /api/user/login/away/start/
at works
begin
api GET "/api/user/login/works/callback/?code=c&state=$uuid&iss=https%3A%2F%2Fevil.example" -b "$mine"
api GET "/api/user/login/works/callback/?code=c&state=$uuid&iss=$(encoded "$ISSUER")" -b "$mine"
at github
api GET "/api/user/login/github/start/" -H "Host: ${OTHER_HOST#*//}"
uuid=$(header Location | sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p')
for query in code authCode; do api GET "/api/user/login/github/callback/?$query=c&state=$uuid"; done
api GET "/api/user/login/github/callback/?code=c&state=$uuid&led=1"

it "a login in WeChat's own browser"
at mp
for directives in person=new.silent person=known.silent.snapshot person=known.silent.status=500.times=1; do
  for end in ask finish; do
    begin
    back="/api/user/login/mp/callback/?code=test.r$SRANDOM.$directives&state=$uuid"
    come_back
    $end
  done
done

it "who is logged in, and what is theirs"
new_login me; ME=$token ME_ID=$user
for carrier in "IDTOKEN: $ME" "Authorization: Bearer $ME" "Authorization: JWT $ME" "Cookie: token=$ME"; do
  api GET /api/user/current/ -H "$carrier"
  assert_status 200
done
for path in current/ sessions/ identities/ export/; do
  as "$ME" GET "$path"
  refused GET "$path"
done
for request in 'POST logout/' 'DELETE sessions/00000000000000000000000000000000/' 'DELETE identities/1/'; do
  read -r method path <<< "$request"
  refused "$method" "$path"
  from_elsewhere "$method" "$path"
done
for path in sessions/x/ sessions/00000000000000000000000000000000/ identities/x/ identities/999999/; do as "$ME" DELETE "$path"; done
identity() { mysql_q "SELECT MIN(id) FROM user_oauth WHERE user_id = $ME_ID AND oauth_type LIKE '${1:-%}'"; } # [TYPE]
as "$ME" DELETE "identities/$(identity)/" # the last one
at github
control person '{"person":"cat"}'
begin_link "$ME"; allowed cat; ask
as "$ME" DELETE "identities/$(identity github)/"
own() { as "$ME" GET sessions/; jq -r '.data.items[0].id' "$body_file"; }
as "$ME" DELETE "sessions/$(own)/"
new_login me; as "$token" POST logout/
new_login me; as "$token" POST 'logout/?all=1'
new_login me; ME=$token

it "an account that ends"
confirm() { printf '{"confirm":"%s"}' "$(mysql_q "SELECT username FROM user_user WHERE id = $1")"; } # USER
refused DELETE current/ --data-binary '{}'
from_elsewhere DELETE current/
as "$ME" DELETE current/ --data-binary '{"confirm":"somebody"}'
as "$ADMIN" DELETE current/ --data-binary "$(confirm "$ADMIN_ID")"
mysql_q "CREATE TABLE orders (user_id bigint, FOREIGN KEY (user_id) REFERENCES user_user (id)); INSERT INTO orders VALUES ($ME_ID)"
as "$ME" DELETE current/ --data-binary "$(confirm "$ME_ID")"
new_login gone; as "$token" DELETE current/ --data-binary "$(confirm "$user")"

it "the admin's lists"
new_login clash-a
new_login clash-b
log_in "$(code person=clash-a.openid=clash-b)"
for list in 'users/?q=user&is_active=1&is_staff=0&ordering=-id' 'oauths/?q=o&oauth_type=weixin&ordering=-created_time' \
  "audit/?user=$ADMIN_ID&actor=$ADMIN_ID&action=login&ordering=at" "clashes/?user=$user&ordering=id"; do
  admin GET "$list"
  path=${list%%\?*}
  admin GET "$path"
  admin GET "$path?limit=1"
  next=$(jq -r '.data.next // empty' "$body_file")
  admin GET "$path?format=csv"
  admin GET "$path?limit=x"
  refused GET "admin/$path"
  as "$ME" GET "admin/$path"
  admin GET "$path?cursor=$next"
done
for time in date_joined last_login; do admin GET "users/?${time}__gte=2020-01-31&${time}__lt=2100-01-01T00:00:00Z"; done
for time in created_time last_mod_time; do admin GET "oauths/?${time}__gte=2020-01-31&${time}__lt=2100-01-01"; done
admin GET "oauths/?user=$user"
admin GET "audit/?at__gte=2020-01-31&at__lt=2100-01-01"
admin GET clashes/?limit=1
new_login clash-c
log_in "$(code person=clash-a.openid=clash-c)"
admin GET clashes/?limit=1
admin GET "clashes/?limit=1&cursor=$(jq -r .data.next "$body_file")"

it "what admins do with users"
new_login victim; VICTIM=$user
SESSION=00000000000000000000000000000000
for request in "GET users/$VICTIM/" "PATCH users/$VICTIM/" "DELETE users/$VICTIM/" "POST users/$VICTIM/merge/" "POST users/$VICTIM/logout/" \
  "DELETE users/$VICTIM/sessions/$SESSION/" 'DELETE oauths/1/'; do
  read -r method path <<< "$request"
  refused "$method" "admin/$path"
  as "$ME" "$method" "admin/$path"
  [[ $method == GET ]] || from_elsewhere "$method" "admin/$path"
done
for path in users/999999/ users/x/; do
  admin GET "$path"
  admin POST "${path}logout/"
  admin PATCH "$path" -H 'If-Match: *' --data-binary '{"nickname":"x"}'
  admin DELETE "$path" -H 'If-Match: *' --data-binary '{"confirm":"x"}'
  admin POST "${path}merge/" -H 'If-Match: *' --data-binary "{\"from\":$VICTIM,\"confirm\":\"x\"}"
done
admin DELETE "users/$VICTIM/sessions/$SESSION/"
admin DELETE "users/$VICTIM/sessions/x/"
admin GET "users/$VICTIM/"
admin DELETE "users/$VICTIM/sessions/$(jq -r '.data.sessions[0].id' "$body_file")/"
patch "$VICTIM" '{"nickname":"改名","gender":"女","phone_number":"1","is_active":true,"is_staff":false}'
patch "$VICTIM" '{"password":"x"}'
patch "$VICTIM" '{"nickname":"x"}' '"x"'
admin PATCH "users/$VICTIM/" --data-binary '{"nickname":"x"}'
admin POST "users/$VICTIM/logout/"
new_login other; OTHER=$user
merge() { admin POST "users/$1/merge/" -H "If-Match: $2" --data-binary "$3"; } # INTO VERSION BODY
from_other() { jq -c --argjson from "$OTHER" '{from: $from, keep: ["nickname"]} + .' <<< "$(confirm "$OTHER")"; }
merge "$VICTIM" '"x"' "$(from_other)"
merge "$VICTIM" '*' '{"from":0}'
admin POST "users/$VICTIM/merge/" --data-binary "$(from_other)"
merge "$BANNED" '*' "$(from_other)"
merge "$VICTIM" '*' "$(from_other)"
admin DELETE "users/$VICTIM/" --data-binary '{"confirm":"x"}'
admin DELETE "users/$VICTIM/" -H 'If-Match: "x"' --data-binary '{"confirm":"x"}'
admin DELETE "users/$VICTIM/" -H 'If-Match: *' --data-binary '{"confirm":"x"}'
admin DELETE "users/$ME_ID/" -H 'If-Match: *' --data-binary "$(confirm "$ME_ID")" # the table refers to them
admin DELETE "users/$VICTIM/" -H 'If-Match: *' --data-binary "$(confirm "$VICTIM")"
for path in oauths/x/ oauths/999999/; do admin DELETE "$path"; done
for last in '' '' '?last=1'; do admin DELETE "oauths/$(identity)/$last"; done

it "what nginx asks, and the site's programs"
auth() { # TOKEN [staff/ [VARIABLE=VALUE…]]
  direct auth GET '' "$1" "SCRIPT_NAME=/api/user/auth/${2-}" "${@:3}"
  record GET "/api/user/auth/${2-}"
}
new_login me; ME=$token
for path in '' staff/; do
  auth "$ADMIN" "$path"
  auth "$ME" "$path"
  for bad in '' "${BAD_TOKENS[@]}"; do auth "$bad" "$path"; done
  auth '' "$path" GUARDED_METHOD=GET HTTP_ACCEPT=text/html REQUEST_URI=/members/
  auth '' "$path" GUARDED_METHOD=POST "HTTP_COOKIE=token=$ME" HTTP_ORIGIN=https://evil.example
  api GET "/api/user/auth/$path"
  direct auth PUT '' '' "SCRIPT_NAME=/api/user/auth/$path"
  record PUT "/api/user/auth/$path"
done
api GET /api/user/jwks.json
assert_json '[.keys[].kty]' '["OKP","RSA"]'
for path in openapi.json docs/; do
  api GET "/api/user/$path"
  assert_status 200
  api GET "/api/user/$path" -H "If-None-Match: $(header ETag)"
  assert_status 304
done
api GET /api/user/openapi.json
cmp "$body_file" "$FILE" || fail "another file"

it "no other path, no other method; and each path without its slash, and by HEAD"
api GET /api/user/nothing/
for operation in "${OPERATIONS[@]}"; do
  read -r method path _ <<< "$operation"
  # nginx alone asks `auth`, and its 404 comes before any method.
  [[ $path == */auth/* ]] || api PUT "$path" -H "IDTOKEN: $ADMIN"
  [[ $method == GET && $path != */docs/ ]] || continue
  api GET "$path" -H "IDTOKEN: $ADMIN"
  before=$status
  if [[ $path == */ ]]; then other=${path%/}; else other=$path/; fi
  api GET "$other" -H "IDTOKEN: $ADMIN"
  assert_eq "status of $other" "$before" "$status"
  api HEAD "$path" -H "IDTOKEN: $ADMIN"
  assert_eq "status of HEAD $path" "$before" "$status"
done

it "a site with pages of its own, which keep the token themselves, and that does not say where it is"
mkdir "$test_dir/pages"
echo '<p>扫好了' | tee "$test_dir/pages/wx-login-success.html" > "$test_dir/pages/wx-login-refused.html"
setting SITE_ORIGIN= TOKEN_COOKIE= TEMPLATE_DIR="$test_dir/pages"
for name in login-wx login-wx-callback login-oauth; do endpoint_replace "$name" || fail "$name not replaced"; done
whole
back_wx "$(code person=me)"
finish_wx
begin_wx
back_wx "$(code)"
at github
begin; allowed ann; finish
for operation in 'POST wx/' 'GET wx/start/' 'POST github/' 'GET github/start/'; do
  read -r method path <<< "$operation"
  api "$method" "/api/user/login/$path" -H 'Host: a%b'
done

it "a way in that is not offered"
setting PROVIDERS=wx MINI_APPID= MINI_SECRET=
endpoint_replace login-mini || fail "login-mini not replaced"
mini_code person=mini

it "Redis is away, then each of the programs"
program_stop redis
for path in '' staff/; do auth "$ADMIN" "$path"; done
for name in $(every_endpoint); do program_stop "$name" || fail "$name does not end"; done
for operation in "${OPERATIONS[@]}"; do
  read -r method path _ <<< "$operation"
  [[ $path == */auth/* ]] || api "$method" "$path"
done

it "one client asks too often; and a site has neither the file nor the page"
NGINX_LIMITS=on
nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "no nginx"
sed -i 's/ burst=[0-9]* nodelay//' "$STACK_DIR/nginx/scanlogin-login.conf"
sed -i -E 's/rate=[0-9]+r.s/rate=1r\/m/' "$STACK_DIR/nginx/scanlogin-upstreams.conf"
sed -i "s#^root .*#root $STACK_DIR/bin;#" "$STACK_DIR/nginx/scanlogin-openapi.conf"
sed -i '/scanlogin-docs.conf/d' "$STACK_DIR/nginx/nginx.conf"
program_stop nginx
rm -f "$STACK_DIR/http.sock"
(cd "$STACK_DIR" && nginx_command) || fail "no nginx"
eventually program_running nginx || fail "nginx does not run"
for _ in 1 2; do
  for operation in "${OPERATIONS[@]}"; do
    read -r method path tag <<< "$operation"
    [[ $tag != login ]] || api "$method" "$path"
  done
done
api GET /api/user/openapi.json
api GET /api/user/docs/

it "make install puts file and page where the nginx files say that they are"
env -u MAKEFLAGS -u MAKELEVEL make -s -C "$STACK_ROOT" MODE="$MODE" -o programs install DESTDIR="$test_dir/installed" PREFIX=/opt/site > "$test_dir/install-said" 2>&1 ||
  fail "make install: $(< "$test_dir/install-said")"
root_in() { sed -n 's/^ *root \(.*\);$/\1/p' "$test_dir/installed/opt/site/share/scanlogin/nginx/$1"; } # FILE
cmp "$FILE" "$test_dir/installed$(root_in scanlogin-openapi.conf)/openapi.json" || fail "another file"
cmp "$TEMPLATES/docs/docs.html" "$test_dir/installed$(root_in scanlogin-docs.conf)/docs/docs.html" || fail "another page"
cmp "$TEMPLATES/shared/dom.js" "$test_dir/installed$(root_in scanlogin-docs.conf)/shared/dom.js" || fail "another module"

assert_eq "nginx files that name another place" '' "$(grep -l /usr/local/ "$test_dir"/installed/opt/site/share/scanlogin/nginx/* || true)"

# ---- what is in the file ------------------------------------------------------------------------------

it "every reply is in the file, and every reply of the file has come"
said=$(check replies "$RECORD") || fail "$said"
checks=$((checks + ${#OPERATIONS[@]}))

it "a file that says something else fails"
wrong() { # WHAT CHANGE (of jq): check WHAT has to notice it
  jq "$2" "$FILE" > "$test_dir/changed.json"
  ! OPENAPI=$test_dir/changed.json check "$1" "$RECORD" > "$test_dir/noticed" || fail "$1 did not notice: $2"
  checks=$((checks + 1))
}
wrong replies 'del(.paths["/current/"].delete.responses["409"])'
wrong replies '.paths["/jwks.json"].get.responses["418"] = {description: "A teapot."}'
wrong replies 'del(.components.schemas.User.properties.gender) | .components.schemas.User.required -= ["gender"]'
wrong replies '.components.schemas.User.properties.email = {type: "string"} | .components.schemas.User.required += ["email"]'
wrong replies '.components.schemas.Denied.oneOf[3].properties.reason.enum += ["tired"]'
wrong routes '.components.schemas.User.properties.email = {type: "string"}'
wrong routes 'del(.paths["/export/"])'
wrong routes '.paths["/logout/"].get = .paths["/logout/"].post'
wrong routes '.paths["/admin/audit/"].get.parameters |= map(select(.name != "actor"))'
