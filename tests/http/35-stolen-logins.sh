#!/bin/bash
# Logins that are stolen, guessed, planted or replayed: who gets a token, whose it is, and what is left of one that has
# ended. http: login-wx-begin has what a uuid is worth to another browser.
#
# Known limits, which are checked here as they are: who knows a uuid and leads its own browser to the callback with another
# code logs that browser in as another; who reads Redis between a scan and the next poll can use the code.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/bound.bash"

setting REQUIRE_BOUND_LOGIN=1
start_stack
BAD_UUID='{"code":"params-error","msg":"参数 uuid 不合法"}'

is_dead() { # TOKEN [REASON|MSG]: everywhere
  local call
  for call in 'GET current/' 'DELETE current/' 'POST logout/' 'GET identities/' 'DELETE identities/1/' \
    'GET export/' 'GET admin/users/' 'GET admin/oauths/' 'GET admin/audit/'; do
    # shellcheck disable=SC2086 # a method and a path
    api ${call/ / /api/user/} -H "IDTOKEN: $1"
    assert_denied "${2:-无效的token}" "$call"
  done
}
codes_kept() { redis_q --scan --pattern 'WeixinCodeMap:*' | wc -l; }
requests() { perl "$LIB/fcgi.pl" "$STACK_DIR/$1.sock" requests | cut -f 3 | sort | uniq -c | sed 's/^ *//'; } # NAME

it "an attacker's login is not finished in the victim's browser: neither their code nor their uuid counts there"
begin attacker
theirs=$uuid
begin victim
mine=$uuid
callback victim "$theirs" "$(code person=attacker)"
assert_page 登录未完成
ask attacker "$theirs"
assert_nothing_scanned
ask victim "$theirs"
assert_nothing_scanned
callback attacker "$mine" "$(code person=attacker)"
assert_page 登录未完成
ask victim "$mine"
assert_nothing_scanned
assert_eq "codes kept" 0 "$(codes_kept)"

it "known limit: a browser that is led to its own uuid with an attacker's code is logged in as the attacker"
callback victim "$mine" "$(code person=attacker)"
ask victim "$mine"
assert_logged_in
current "$token"
assert_json .data.nickname 用户attacker

it "no token, cookie or uuid of the attacker's choice becomes the victim's"
bound_login attacker "$(code person=attacker)"
chosen=$token
secret=$(printf '%032d' 7)
for _ in 1 2 3 4; do begin victim -H "IDTOKEN: $chosen" -H "Cookie: scanlogin=$secret" -d "uuid=$uuid&token=$chosen"; done
[[ $uuid != *000000* ]] || fail "the uuid is $uuid"
assert_not_contains "the new cookie's first secret" "scanlogin=$secret" "$(header Set-Cookie)"
for cookie in "scanlogin=$secret" "scanlogin=$(sha256 "$secret")"; do
  api GET "$CALLBACK?code=$(code person=attacker)&state=$uuid" -H "Cookie: $cookie"
  assert_page 登录未完成
done
callback victim "$uuid" "$(code person=victim)"
api GET "/api/user/login/wx/?uuid=$uuid&token=$chosen" -b "$test_dir/victim.jar" -H "IDTOKEN: $chosen"
assert_logged_in
[[ $token != "$chosen" ]] || fail "the token was chosen by somebody else"
assert_eq "the victim's sessions" "$(sha256 "$token")" "$(redis_q HKEYS "userToken_$user")"

it "a uuid has 96 random bits and a tag: ten thousand guesses are none of ours, and store nothing"
for n in {1..20}; do
  begin "waiting$n"
  callback "waiting$n" "$uuid" "$(code)"
done
note_keys
openssl rand -hex 160000 | fold -w 32 > "$test_dir/guesses"
# What differs from a uuid of ours in one digit.
perl -e 'for my $at (0 .. 31) { for my $digit (0 .. 9, "a" .. "f") {
  my $guess = $ARGV[0]; substr($guess, $at, 1) = $digit; print "$guess\n" if $guess ne $ARGV[0] } }' "$uuid" >> "$test_dir/guesses"
all=$(wc -l < "$test_dir/guesses")
((all == 10480)) || fail "$all guesses"
guess() { # NAME QUERY: asks with each guess in the place of UUID
  QUERY=$2 perl -ne 'chomp; print "REQUEST_METHOD=474554 QUERY_STRING=", unpack("H*", $ENV{QUERY} =~ s/UUID/$_/r), "\n"' "$test_dir/guesses" |
    requests "$1"
}
assert_eq "the polls" "$all $BAD_UUID" "$(guess login-wx uuid=UUID)"
assert_eq "the callbacks" "$all $BAD_UUID" "$(guess login-wx-callback 'code=c&state=UUID')"
assert_eq "new keys" '' "$(new_keys)"

it "... and of five thousand that were given out no two are alike, nor do their digits lean"
for _ in {1..5000}; do echo REQUEST_METHOD=504f5354 HTTP_HOST=6c; done | perl "$LIB/fcgi.pl" "$STACK_DIR/login-wx.sock" requests > "$test_dir/begun"
grep -oE '"uuid":"[0-9a-f]{32}' "$test_dir/begun" | cut -c 9- > "$test_dir/uuids"
grep -oE 'scanlogin=[0-9a-f]{32}' "$test_dir/begun" | cut -c 11- > "$test_dir/secrets"
for values in uuids secrets; do
  assert_eq "different $values" 5000 "$(sort -u "$test_dir/$values" | wc -l)"
  # Of 5,000 the rarest digit comes 312 times at a place on average, with a deviation of 17.
  assert_eq "digits that lean, of $values" '' "$(perl -lne 'my $line = $_;
    $seen[$_]{substr $line, $_, 1}++ for 0 .. 31; END { for my $at (0 .. 31) { for my $digit (0 .. 9, "a" .. "f") {
      my $times = $seen[$at]{$digit} // 0; print "$digit at $at: $times" if $times < 200 || $times > 430 } } }' "$test_dir/$values")"
done

it "in the old way, where a page's own uuids count, the guesses find nothing either"
setting REQUIRE_BOUND_LOGIN=0
endpoint_replace login-wx || fail "not replaced"
assert_eq "the polls" "$all $NOTHING_SCANNED" "$(guess login-wx uuid=UUID)"
setting REQUIRE_BOUND_LOGIN=1
endpoint_replace login-wx || fail "not replaced"

it "a code logs in once: in two logins one after the other, and in two at once"
code=$(code person=twice)
bound_login victim "$code"
first=$token
begin attacker
callback attacker "$uuid" "$code"
ask attacker "$uuid"
assert_refused 40163
current "$first"
assert_status 200
code=$(code person=twice.slow=200)
polls=()
for browser in one two three four; do
  begin "$browser"
  callback "$browser" "$uuid" "$code"
  (
    ask "$browser" "$uuid"
    jq -r 'if .data.token? then "token" else .code end' "$body_file" > "$test_dir/$browser.got"
  ) &
  polls+=($!)
done
for pid in "${polls[@]}"; do wait "$pid" || fail "a poll failed"; done
assert_eq "what they got" $'3 40163\n1 token' "$(cat "$test_dir"/*.got | sort | uniq -c | sed 's/^ *//')"

it "a callback's URL that is opened again, and a code after the logout, give nothing but the dead token"
code=$(code person=again)
bound_login victim "$code"
callback victim "$uuid" "$code"
ask victim "$uuid"
assert_json .data.token "$token"
logout "$token"
assert_status 200
callback victim "$uuid" "$code"
ask victim "$uuid"
assert_json .data.token "$token"
is_dead "$token"
begin victim
callback victim "$uuid" "$code"
ask victim "$uuid"
assert_refused 40163

it "a token is dead everywhere after a logout, a second login, an admin's logout, a ban and a deletion, and stays so"
become_admin_bound() {
  bound_login admin "$(code person=admin)"
  ADMIN=$token
  mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"
}
become_admin_bound
ended() { # WHAT COMMAND…, with WHY=REASON: logs in as staff, runs the command, which ends that
  bound_login victim "$(code person=mallory)"
  mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"
  ended=$token
  api GET /api/user/admin/users/ -H "IDTOKEN: $ended"
  assert_status 200
  "${@:2}"
  is_dead "$ended" "${WHY:-无效的token}"
  tokens+=("$ended")
}
tokens=()
logout_it() { logout "$token"; }
second_login() { bound_login elsewhere "$(code person=mallory)"; }
ban() { patch "$user" '{"is_active":false}'; assert_status 200; }
delete() {
  admin DELETE "users/$user/" -H "If-Match: $(version_of "$user")" \
    --data-binary "{\"confirm\":\"$(mysql_q "SELECT username FROM user_user WHERE id = $user")\"}"
  assert_status 200
}
ended "a logout" logout_it
ended "a second login" second_login
ended "an admin's logout" admin POST "users/$user/logout/"
WHY=disabled ended "a ban" ban
patch "$user" '{"is_active":true}'
assert_status 200
for dead in "${tokens[@]}"; do is_dead "$dead"; done
ended "a deletion" delete
delete_themself() {
  mysql_q "UPDATE user_user SET is_staff = 0 WHERE id = $user"
  api DELETE /api/user/current/ -H "IDTOKEN: $token" --data-binary "$(part 2 "$token" | jq -c '{confirm: .username}')"
  assert_status 200
}
ended "a deletion by the user" delete_themself
bound_login victim "$(code person=mallory)"
for dead in "${tokens[@]}"; do is_dead "$dead"; done

it "who reads Redis after a login cannot log in with any of it: as a token, a cookie, a uuid or a code"
redis_q FLUSHALL > /dev/null
begin victim
open=$uuid
bound_login victim "$(code person=read)"
redis_dump() { # each key, and each word of each value
  local key
  redis_q --scan | while read -r key; do
    echo "$key"
    case $(redis_q TYPE "$key") in
      string) redis_q GET "$key" ;;
      hash) redis_q HGETALL "$key" ;;
    esac
  done | tr -s '{}[]",: \n' '\n' | grep -E '.{8}' | sort -u
}
mapfile -t words < <(redis_dump | grep -vE '^Weixin|^userToken')
assert_contains "what Redis has" "$open" "${words[*]}"
assert_not_contains "what Redis has" "${token##*.}" "${words[*]}"
printf '%s\n' "${words[@]}" | perl -ne 'chomp; my $word = unpack "H*", $_;
  print "REQUEST_METHOD=474554 HTTP_IDTOKEN=$word\n"' | requests current > "$test_dir/as-tokens"
assert_eq "as tokens" "${#words[@]} $(denial malformed)" "$(< "$test_dir/as-tokens")"
for word in "${words[@]}"; do
  for polled in "$uuid" "$open"; do printf '%s %s\n' "$polled" "$word"; done
done | perl -lane 'print "REQUEST_METHOD=474554 QUERY_STRING=", unpack("H*", "uuid=$F[0]"), " HTTP_COOKIE=", unpack("H*", "scanlogin=$F[1]")' |
  requests login-wx > "$test_dir/as-cookies"
assert_eq "as cookies" "$((${#words[@]} * 2)) $NOTHING_SCANNED" "$(< "$test_dir/as-cookies")"
for word in $(printf '%s\n' "${words[@]}" | grep '^test\.' || fail "no code is there"); do
  begin attacker
  callback attacker "$uuid" "$word"
  ask attacker "$uuid"
  assert_refused 40163
done

it "known limit: the code is in Redis from the scan to the next poll, and is as good to another browser that is first"
begin victim
callback victim "$uuid" "$(code person=raced)"
stolen=$(redis_q GET "WeixinCodeMap:$(tag "$uuid")")
bound_login attacker "$stolen"
current "$token"
assert_json .data.nickname 用户raced
