#!/bin/bash
# SQL, Redis, header, log and markup injection: hostile text in every place where text comes in from outside, over FastCGI
# with all its bytes, and through nginx (data/injection.tsv has the texts, the places and what is to come of each). Replies,
# headers, log lines, rows and keys stay as they have to be; what is stored is stored as it was sent.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting PROVIDERS='wx mini github' GITHUB_CLIENT_ID=id GITHUB_CLIENT_SECRET=secret
start_stack
mapfile -t ENDPOINTS < <(every_endpoint)
log_in "$(code person=target)"
TARGET=$user TARGET_TOKEN=$token
become_admin
api POST /api/user/login/wx/
bound=$(jq -r .data.uuid "$body_file")
api POST /api/user/login/github/
redirected=$(jq -r .data.uuid "$body_file")

table=$test_dir/table
injection() { perl "$LIB/injection.pl" "$(dirname "$0")/data/injection.tsv" "$@"; }
injection "$ADMIN" "$TARGET" "$(version_of "$TARGET" | tr -d '"')" "$bound" "$redirected" > "$table"
pids=$(pids)
mark() { for name in "${ENDPOINTS[@]}"; do log_lines "$name" > "$test_dir/$name.mark"; done; }

# sends ENDPOINT CLIENT…: its rows of the table; the replies have to be theirs
sends() {
  grep -aP "^$1\t" "$table" > "$test_dir/rows"
  cut -f 6 "$test_dir/rows" | perl "$LIB/$2" "${@:3}" > "$test_dir/replies"
  assert_eq "replies of $1 that are otherwise" '' "$(perl "$LIB/unexpected.pl" "$test_dir/rows" "$test_dir/replies" | head -n 5)"
  checks=$((checks + $(wc -l < "$test_dir/rows")))
  grep -a 'DOCTYPE html' "$test_dir/replies" | cut -f 3 >> "$test_dir/pages" || true
}
events_of() { # ENDPOINT: since mark
  tail -n "+$(($(< "$test_dir/$1.mark") + 1))" "$(log_of "$1")" | perl "$LIB/events.pl" | sort | uniq -c
}
events_are() { # TABLE: each endpoint has logged the events of its rows, and nothing else
  local name
  for name in "${ENDPOINTS[@]}"; do
    assert_eq "events in the log of $name" "$(grep -aP "^$name\t" "$1" | cut -f 4 | grep -a . | sort | uniq -c)" "$(events_of "$name")"
  done
}
# shellcheck disable=SC2001 # & is for sed
unhex() { printf -v text %b "$(sed 's/../\\x&/g' <<< "$1")"; } # HEX: sets text
before=$(state)

it "over FastCGI, every reply is what it would be to harmless text or names the place, and the log has the events alone"
mark
for name in "${ENDPOINTS[@]}"; do sends "$name" fcgi.pl "$STACK_DIR/$name.sock" requests; done
events_are "$table"
figure="$(wc -l < "$table") requests with $(cut -f 3 "$table" | sort -u | wc -l) texts in $(cut -f 1,2 "$table" | sort -u | wc -l) places"

it "... no key but the logins' own is in Redis, each code as it was sent, and no row has changed"
keys_of() { grep -acP "\t$1\t" "$table"; } # EVENT
assert_eq "all there is" "$before" "$(state)"
assert_eq "logins begun" $(($(keys_of 'login begun') + 1)) "$(redis_q --scan --pattern "WeixinLogin:$(tag '????????????????????????????????')" | wc -l)"
assert_eq "codes" "$(keys_of 'code stored')" "$(redis_q --scan --pattern 'WeixinCodeMap:*' | grep -c '^WeixinCodeMap:[{]\?[A-Za-z0-9-]*[}]\?$')"
assert_eq "other keys" '' "$(redis_q --scan | grep -avE '^(WeixinLogin:|OAuth(Login|Start):github:[{]?[0-9a-f]{32}[}]?$|WeixinCodeMap:|userToken_[0-9]+$|userSeen_[{]userToken_[0-9]+[}]$)' || true)"
while IFS=$'\t' read -r what hex _; do
  key=WeixinCodeMap:$(tag "code-${what//[^a-zA-Z0-9]/-}")
  [[ $(redis_q EXISTS "$key") == 0 ]] || assert_eq "the code, $what" "$hex" "$(redis_q GET "$key" | head -c -1 | basenc --base16 -w 0 | tr A-F a-f)"
done < <(injection texts)

it "... and through nginx, what HTTP can carry, with an access log in its own form"
mv "$table" "$table.all"
injection carried < "$table.all" > "$table"
(($(wc -l < "$table") > 8000)) || fail "only $(wc -l < "$table") requests go through nginx"
mark
asked=$(log_lines nginx-access)
# auth is for nginx alone (http: guard).
for name in "${ENDPOINTS[@]}"; do [[ $name == auth ]] || sends "$name" http.pl "$STACK_DIR/http.sock"; done
events_are "$table"
assert_eq "all there is" "$before" "$(state)"
logged() { (($(log_lines nginx-access) - asked >= $1)); } # LINES
eventually logged "$(wc -l < "$table")" || fail "nginx logged $(($(log_lines nginx-access) - asked)) of $(wc -l < "$table") requests"
assert_eq "lines of another form" '' "$(tail -n "+$((asked + 1))" "$(log_of nginx-access)" | grep -avE \
  '^unix: \[[0-9T:+-]{25}\] "(GET|POST|PATCH|DELETE) /api/user/[a-z/0-9.]*" [0-9]{3} [0-9]+ [0-9.]+ [0-9.]+ [0-9a-f]{32}$' | head -n 3 || true)"

it "what nginx answers itself takes nothing from the path either, and logs it escaped"
asked=$(log_lines nginx-access)
paths=(x%0d%0aX-Injected:%201 x%0aforged '%22%20200%20forged' x%1b%5b2J%7f %c2%9b31m%ff '%3Cscript%3Ealert(1)%3C/script%3E' '..%5cx' "';DROP%20TABLE")
for path in "${paths[@]}"; do
  api GET "/api/user/$path"
  assert_eq "the reply to $path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
  assert_no_header X-Injected
done
eventually logged "${#paths[@]}" || fail "nginx has not logged them"
assert_eq "lines" "${#paths[@]}" "$(tail -n "+$((asked + 1))" "$(log_of nginx-access)" |
  grep -caE '^unix: \[[0-9T:+-]{25}\] "GET /api/user/([ !#-[]|[]-~]|\\x[0-9A-F]{2})*" 404 [0-9]+ [0-9.]+ - [0-9a-f]{32}$')"

it "of pages there are two, whatever was sent"
assert_eq "pages" 2 "$(sort -u "$test_dir/pages" | wc -l)"

it "what an admin writes is stored, found, shown and on record as it was sent"
version=$(version_of "$TARGET")
while IFS=$'\t' read -r what hex cleaned json; do
  if [[ $hex != "$cleaned" ]] || ((${#hex} > 200)); then continue; fi
  unhex "$hex"
  patch "$TARGET" "{\"nickname\":$json,\"phone_number\":$json,\"gender\":$json}" "$version"
  version=$(header ETag)
  assert_json "[.code, (.data | .nickname, .phone_number, .gender)] == [200, $json, $json, $json]" true
  assert_eq "in MySQL, $what" "${hex}0a${hex}0a$hex $hex" "$(mysql_q "SELECT LOWER(HEX(CONCAT_WS(0x0a, nickname, phone_number, gender))),
    (SELECT LOWER(HEX(JSON_UNQUOTE(JSON_EXTRACT(detail, '$.nickname[1]')))) FROM user_audit ORDER BY id DESC LIMIT 1)
    FROM user_user WHERE id = $TARGET" | tr '\t' ' ')"
  admin GET "users/?q=$(jq -rn "$json | @uri")"
  assert_json '[.data.items[].id]' "[$TARGET]"
  current "$TARGET_TOKEN"
  assert_json ".data.nickname == $json" true
done < <(injection texts)

it "what WeChat, the browser and nginx say of a person is stored without control characters, an address only if it is one"
mark
logins=0 ids=()
while IFS=$'\t' read -r what hex _ json; do
  if [[ $what == 'a NUL' ]] || ((${#hex} > 240)); then continue; fi # neither fits into a code
  logins=$((logins + 1))
  unhex "$hex"
  in_code=$(b64 "$text")
  scan "w$logins" "$(code "person=target.nickname=$in_code.avatar=$in_code")"
  direct login-wx GET "uuid=w$logins" '' "HTTP_USER_AGENT=$text" "REMOTE_ADDR=$text" "HTTP_COOKIE=$text"
  assert_json '.data.token | type' string
  admin GET "users/$TARGET/"
  assert_json ".data | .avatar_url == \"\" and .nickname == ($json | gsub(\"[\\u0001-\\u001f\\u007f]\"; \"\")) and
    [.sessions[0].user_agent, .sessions[0].address, .history[0].user_agent] == [$json, $json, $json]" true
  scan "w$logins" "$(code "errcode=40029.errmsg=$in_code")"
  poll "w$logins"
  assert_json ".code == 40029 and .msg == ($json | gsub(\"\\u007f\"; \"\"))" true
  [[ $what != DEL ]] || continue # left out of the whole reply
  scan "w$logins" "$(code "raw-openid=$in_code.raw-unionid=$in_code")"
  poll "w$logins"
  odd=$(printf %s "$text" | tr -d '!-~' | wc -c)
  ((odd)) || ids+=("${hex^^}")
  assert_json '.data.token? | type' "$( ((odd)) && echo null || echo string)"
done < <(injection texts)
assert_eq "identities" "$(printf '%s\n' "${ids[@]}" "${ids[@]}" | sort)" \
  "$(mysql_q "SELECT HEX(oauth_id) FROM user_oauth WHERE oauth_id NOT LIKE 'o6%'" | sort)"
assert_eq "odd lines" '' "$(events_of login-wx | grep ODD || true)"
assert_eq "refusals" "$logins" "$(events_of login-wx | sed -n 's/ *\([0-9]*\) login refused by WeChat$/\1/p')"

it "the same processes go on"
assert_eq "pids" "$pids" "$(pids)"
echo "figure: $figure"
