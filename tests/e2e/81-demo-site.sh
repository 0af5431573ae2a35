#!/bin/bash
# The demo as it comes: a small site with pages that are not for everybody, and DEMO_SITE_CONF for locations of one's own.
# Not part of make check under asan: what it looks at is the demo.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/demo.bash"
. "$(dirname "$0")/../lib/login.bash"

DEMO_ENV=()
ONE=$test_dir/one
jar=$test_dir/jar
at() { run_curl -X "$1" -b "$jar" -c "$jar" "${@:3}" "http://127.0.0.1:${port[$ONE]}$2"; } # METHOD PATH [CURL ARG…]
visit() { at GET "$1" -H 'Accept: text/html' -H 'Sec-Fetch-Mode: navigate' "${@:2}"; }
log_in_at() { # PERSON: in the browser with this jar; the cookie is what it is known by
  local uuid
  at POST /api/user/login/wx/
  uuid=$(jq -r .data.uuid "$body_file")
  at GET "$CALLBACK?state=$uuid&code=$(code "person=$1.nickname=$(b64 "$2")")"
  assert_page 微信登录成功
  at GET "$BEGIN?uuid=$uuid"
  assert_logged_in
  grep -q $'\tscanlogin_token\t' "$jar" || fail "no cookie with the token: $(< "$jar")"
}
site_conf="$test_dir/my site.conf" # with a space, which is refused

it "make run has pages that are for members and for staff, and leads strangers to the login page and back"
echo "location /mine/ { include scanlogin-guard.conf; return 404; }" > "$test_dir/mine.conf"
run_demo "$ONE"
for path in /members/ /members/anything /staff/; do
  visit "$path"
  assert_status 302
  assert_header Location "/login/?next=$(jq -rn --arg path "$path" '$path | @uri')"
  at GET "$path"
  assert_denied missing
done
visit /login/?next=%2Fmembers%2F
assert_status 200
assert_contains "the login page" '<!DOCTYPE html>' "$body"
for file in login.js login.css scanlogin.js base.css; do
  at GET "/login/$file"
  assert_status 200
done
at GET /login?next=%2F
assert_eq "where it is" "301 /login/?next=%2F" "$status $(header Location)"

it "a member is greeted by name, whatever the name is, and is no staff"
log_in_at li '<script>alert(1)</script>&"李'
visit /members/
assert_status 200
assert_header Cache-Control no-store
assert_contains "the page" '<dd id="nickname">%3Cscript%3Ealert%281%29%3C%2Fscript%3E%26%22%E6%9D%8E</dd>' "$body"
assert_contains "the page" "<dd id=\"id\">$user</dd>" "$body"
assert_contains "the page" '<dd id="staff">0</dd>' "$body"
assert_not_contains "the page" '<!--#' "$body"
mapfile -t files < <(grep -oE '(href|src)="/[a-z.]+\.(css|js)"' "$body_file" | cut -d '"' -f 2)
((${#files[@]} > 0)) || fail "the page has no files of its own: $body"
for file in "${files[@]}"; do
  at GET "$file"
  assert_status 200
done
visit /staff/
assert_eq "the reply" '403 {"code":1003,"msg":"没有权限"}' "$status $body"

it "a name that another server's page sends is not believed, and a logout ends it"
visit /members/ -H 'X-User-Id: 999' -H 'X-User-Nickname: x'
assert_contains "the page" "<dd id=\"id\">$user</dd>" "$body"
at POST /api/user/logout/ -H "Origin: http://evil.example"
assert_status 403
visit /members/
assert_status 200
at POST /api/user/logout/ -H "Origin: http://127.0.0.1:${port[$ONE]}"
assert_logged_out
visit /members/
assert_status 302

it "DEMO_SITE_CONF adds locations of one's own, to one that is made anew and to one that runs"
cat > "$test_dir/mine.conf" << 'END'
location / {
    include scanlogin-guard.conf;
    root /usr/share/doc;
}
location = /hello {
    return 200 "hello\n";
}
END
in_demo "$ONE" DEMO_SITE_CONF="$test_dir/mine.conf" "$STACK_ROOT/tools/demo" restart-nginx || fail "$said"
hello() { at GET /hello && [[ $body == hello ]]; }
eventually hello || fail "not there: $status $body"
at GET /nothing
assert_denied missing
make_demo "$ONE" restart || fail "$said" # what was named once stays
eventually hello || fail "not there any more: $status $body"
demo "$ONE" stop || fail "$said"
in_demo "$ONE" DEMO_SITE_CONF="$test_dir/mine.conf" make -s -o all -C "$STACK_ROOT" run || fail "$said"
hello || fail "not there: $status $body"

it "a fault in it is one line, with its name and the line's number; what runs goes on"
in_demo_with() { in_demo "$ONE" DEMO_SITE_CONF="$1" "$STACK_ROOT/tools/demo" "$2"; } # FILE VERB
one_line() { # PART
  assert_eq "lines of: $said" 1 "$(wc -l <<< "$said")"
  assert_contains "what it said" "$1" "$said"
}
printf 'location = /hello { return 200 other; }\nlocation /x {\n    nonsense on;\n}\n' > "$test_dir/broken.conf"
in_demo_with "$test_dir/broken.conf" restart-nginx && fail "it runs: $said"
one_line "$test_dir/broken.conf:3"
one_line 'unknown directive "nonsense"'
in_demo_with "$test_dir/broken.conf" restart && fail "it runs: $said"
one_line "$test_dir/broken.conf:3"
hello || fail "what ran is gone: $status $body"
demo "$ONE" restart || fail "$said"
demo "$ONE" stop || fail "$said"

it "nothing is started with a fault"
touch "$site_conf"
for pair in "broken.conf|broken.conf:3" "nowhere.conf|is no file that can be read" ".|is no file that can be read" "my site.conf|may only have letters"; do
  in_demo_with "$test_dir/${pair%|*}" run && fail "it runs: $said"
  one_line "${pair#*|}"
  no_processes "$ONE" || fail "left behind: $(processes "$ONE")"
done
echo 'location /x { include scanlogin-guard.conf; }' > "$test_dir/unended.conf"
echo 'location /y {' >> "$test_dir/unended.conf"
in_demo_with "$test_dir/unended.conf" run && fail "it runs: $said"
one_line "$test_dir/unended.conf"
run_demo "$ONE"
at GET /hello
assert_status 404
demo "$ONE" stop || fail "$said"
no_reports "$ONE"
