#!/bin/bash
# What the site's own program learns of the user: what `auth` says, and nothing that a client sends under the same names, in
# whatever spelling, behind proxy_pass and behind fastcgi_pass, guarded or not.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/guard.bash"

# nginx drops names with _ by default. Where they are let through, programs take them for those with -.
site_conf << 'END'
underscores_in_headers on;
location /proxy/ {
    include scanlogin-guard.conf;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/proxied.sock:;
}
location /open-proxy/ {
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/proxied.sock:;
}
location /fastcgi/ {
    include scanlogin-guard.conf;
    include fastcgi_params;
    include scanlogin-user-fastcgi.conf;
    fastcgi_pass unix:@DIR@/fastcgi.sock;
}
location /open-fastcgi/ {
    include scanlogin-user-fastcgi.conf;
    include fastcgi_params;
    fastcgi_pass unix:@DIR@/fastcgi.sock;
}
location /any/ {
    satisfy any;
    allow all;
    include scanlogin-guard.conf;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/proxied.sock:;
}
END
cp /etc/nginx/fastcgi_params "$STACK_DIR/nginx/"
start_stack
site_program proxied http
site_program fastcgi fastcgi
log_in "$(code "person=li.nickname=$(b64 '李 四')")"
username=$(part 2 "$token" | jq -r .username)

NAMES=(X-User-Id X-User-Name X-User-Nickname X-User-Staff X-Auth-Request-User X-Auth-Request-Preferred-Username)
declare -A TRUE=([X-User-Id]=$user [X-User-Name]=$username [X-User-Nickname]='%E6%9D%8E%20%E5%9B%9B' [X-User-Staff]=0
  [X-Auth-Request-User]=$user [X-Auth-Request-Preferred-Username]=$username)

# What the program was told, with one spelling for all names: NAME=VALUE, sorted.
told() { sed -nE 's/\r$//; s/^([A-Za-z_-]+)(: ?|=)(.*)$/\1=\3/p' "$body_file" | perl -pe 's/^([^=]*)/uc($1) =~ tr,-,_,r =~ s,^HTTP_,,r/e' | grep -E '^X_(USER|AUTH)' | sort; }
truth() { for name in "${NAMES[@]}"; do echo "${name//-/_}=${TRUE[$name]}"; done | perl -pe 's/^([^=]*)/uc $1/e' | sort; }
# Every way of writing NAME with - and _.
spellings() { perl -e 'my @part = split /-/, shift; my @all = shift @part; for my $p (@part) { @all = map { ("$_-$p", "${_}_$p") } @all } print map { "$_\n" } @all' "$1"; }

it "the program is told each thing once, as it is"
for path in /proxy/x /fastcgi/x; do
  page GET $path "$token"
  assert_served
  assert_eq "what it is told at $path" "$(truth)" "$(told)"
done

it "what a client sends under these names is not believed, in any spelling, in any case, once or twice"
forged=()
for name in "${NAMES[@]}"; do
  while read -r spelling; do
    for spelt in "$spelling" "${spelling,,}" "${spelling^^}"; do forged+=(-H "$spelt: 1" -H "$spelt: 999"); done
  done < <(spellings "$name")
done
assert_eq "headers that are forged" 480 "${#forged[@]}"
for ((i = 0; i < ${#forged[@]}; i += 60)); do # not more than nginx takes at a time
  for path in /proxy/x /fastcgi/x; do
    page GET $path "$token" "${forged[@]:i:60}"
    assert_eq "what it is told at $path" "$(truth)" "$(told)"
  done
  for path in /open-proxy/x /open-fastcgi/x; do
    page GET $path "$token" "${forged[@]:i:60}"
    assert_served
    assert_eq "what it is told at $path, which is not guarded" '' "$(told)"
  done
  page GET /any/x '' "${forged[@]:i:60}"
  assert_served
  assert_eq "what it is told where an address is let in without a token" '' "$(told)"
done

it "nor is it while nobody asks whether they are right: a forged header gets nobody in"
for path in /proxy/refused /fastcgi/refused; do
  page GET $path '' "${forged[@]:0:60}"
  assert_denied token认证失败 "$path"
done
assert_not_contains "what the programs were asked" refused "$(asked proxied; asked fastcgi)"

it "a name or nickname of any characters stays in its header, and comes out of it as it was"
decoded() { printf '%b.' "$(told | sed -n "s/^$1=//p" | sed 's/%/\\x/g')" | head -c -1; } # NAME
for nickname in $'a\r\nX-User-Id: 1' 'a%0d%0aX-User-Id: 1' '" = ; ,' "$(printf '囍%.0s' {1..225})" ''; do
  mysql_q "UPDATE user_user SET nickname = '$nickname', username = LEFT('王 $nickname', 150) WHERE id = $user"
  endpoint_replace auth || fail "not replaced" # the old one has remembered another
  name="王 $nickname"
  absent=$([[ -n $nickname ]] || echo X_USER_NICKNAME)
  for path in /proxy/x /fastcgi/x; do
    page GET $path "$token"
    assert_served
    assert_eq "what it is told of, at $path" "$(truth | cut -d = -f 1 | grep -vxF "${absent:-nothing}")" "$(told | cut -d = -f 1)"
    assert_eq "the nickname at $path" "$nickname" "$(decoded X_USER_NICKNAME)"
    assert_eq "the name at $path" "${name:0:150}" "$(decoded X_USER_NAME)"
  done
done

it "the program gets every other header as it came, the token's among them"
page GET /proxy/x "$token" -H 'X-Users-Id: 1' -H 'X-User: 2' -H 'Accept: a/b' -H 'Cookie: a=b; c=d'
for expected in 'X-Users-Id: 1' 'X-User: 2' 'Accept: a/b' 'Cookie: a=b; c=d' "IDTOKEN: $token"; do
  assert_contains "what it is told" "$expected" "$body"
done
