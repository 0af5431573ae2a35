#!/bin/bash
# What the other tests stand on: the stack starts, nginx routes, an endpoint is replaced without a failed request, and
# one that is down is told in our own form.
. "$(dirname "$0")/../lib/setup.bash"

start_stack

it "every path below /api/user that is none of ours is 404 in JSON"
for path in /api/user /api/user/ /api/user/nothing /api/user/login/wx/more /api/user/current/x; do
  for method in GET POST; do
    api $method "$path"
    assert_status 404
    assert_body '{"code":404,"msg":"接口不存在"}'
    assert_header Content-Type 'application/json; charset=utf-8'
    assert_header Cache-Control no-store
    assert_header Content-Length "$(wc -c < "$body_file")"
  done
done

it "an endpoint answers with and without the trailing slash"
for path in /api/user/current /api/user/current/; do
  api GET "$path"
  assert_status 401
done

it "replacing an endpoint fails no request"
(
  while [[ ! -e $test_dir/enough ]]; do
    api GET /api/user/current/
    echo "$status"
  done > "$test_dir/statuses"
) &
load=$!
first=$(pid_of current)
for _ in 1 2 3; do endpoint_replace current || fail "not replaced"; done
: > "$test_dir/enough"
wait "$load" || fail "a request failed"
assert_not_contains "the process is another one" "$first" "$(pid_of current)"
assert_eq "statuses meanwhile" 401 "$(sort -u "$test_dir/statuses")"

it "a wrong setting is named, and the old process stays"
first=$(pid_of current)
setting SECRET_KEY=short
said=$(endpoint_replace current 2>&1) && fail "started with a wrong setting"
assert_contains "what it said" SECRET_KEY "$said"
assert_eq "the pid" "$first" "$(pid_of current)"
api GET /api/user/current/
assert_status 401

it "an endpoint that is down is 503 in JSON, and the others are not touched"
program_stop current
api GET /api/user/current/ -H 'IDTOKEN: x'
assert_status 503
assert_body '{"code":"service-unavailable","msg":"服务暂不可用，请稍后再试"}'
assert_header Content-Type 'application/json; charset=utf-8'
assert_header Cache-Control no-store
assert_header Retry-After 1
api GET /api/user/login/wx/
assert_status 200

it "a code is in no log of nginx, not even when the endpoint is down"
program_stop login-wx-callback
api GET '/api/user/login/wx/callback/?code=SECRETCODE&state=u1'
assert_status 503
assert_not_contains "nginx's logs" SECRETCODE "$(cat "$(log_of nginx-access)" "$(log_of nginx-error)")"
