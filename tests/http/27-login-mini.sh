#!/bin/bash
# A mini-program's login: one request with the code that wx.login() gave it. Whose user it is, what WeChat refuses, and that
# no lost reply, no second request and no process that dies costs the person their login.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting PROVIDERS='wx mini' WX_TIMEOUT_MS=3000
start_stack login-mini login-oauth login-wx login-wx-callback current
MINI=/api/user/login/mini/

post() { api POST "$MINI" -H 'Content-Type: application/json' --data-binary "$1" "${@:2}"; } # JSON [CURL ARG…]
mini() { post "{\"code\":\"$1\"}"; }                                                      # CODE
mini_in() {                                                                               # CODE
  mini "$1"
  assert_logged_in
}
profile() { mysql_q "SELECT CONCAT(nickname, '|', avatar_url) FROM user_user WHERE id = $1"; } # USER
identities() { mysql_q "SELECT GROUP_CONCAT(oauth_type ORDER BY oauth_type SEPARATOR ' ') FROM user_oauth WHERE user_id = $1"; }
message() { printf '200 {"code":"params-error","msg":"%s"}' "$1"; }

it "it is in the list, for no browser"
api GET /api/user/login/
assert_json '.data.providers[1]' \
  '{"name":"mini","kind":"code","label":{"zh":"微信小程序","en":"WeChat mini-program"},"here":false}'

it "a code logs a person in, and a second one is the same person's"
mini_in "$(code person=a)"
a=$user
assert_eq identities 'mini_openid weixin' "$(identities "$a")"
current "$token"
assert_status 200
assert_json '[.data.nickname, .data.avatar_url]' '["",""]'
mini_in "$(code person=a)"
assert_eq user "$a" "$user"
api POST "${MINI%/}" --data-binary "{\"code\":\"$(code person=a)\"}"
assert_logged_in
assert_eq "user, without the slash" "$a" "$user"

it "a code of WeChat's own giving"
sandbox '/sandbox/mini/code?with=person=a'
mini_in "$(jq -r .code "$body_file")"
assert_eq user "$a" "$user"

it "the unionid joins the website's user and the mini-program's; without one the openid is the person"
log_in "$(code person=b)"
b=$user
mini_in "$(code person=b)"
assert_eq user "$b" "$user"
assert_eq identities 'mini_openid weixin wx_openid' "$(identities "$b")"
mini_in "$(code person=c.nounionid)"
c=$user
assert_eq identities mini_openid "$(identities "$c")"
mini_in "$(code person=c)"
assert_eq user "$c" "$user"
assert_eq "the unionid is gained" 'mini_openid weixin' "$(identities "$c")"

it "a name and a picture from the mini-program count for a user who has none, and are replaced by WeChat's word alone"
post "{\"code\":\"$(code person=d)\",\"nickname\":\"小\\u0001明\",\"avatar_url\":\"https://pics.example/a.png\"}"
assert_logged_in
d=$user
assert_eq profile '小明|https://pics.example/a.png' "$(profile "$d")"
post "{\"code\":\"$(code person=d)\",\"nickname\":\"别人\",\"avatar_url\":\"https://pics.example/b.png\"}"
assert_logged_in
assert_eq profile '小明|https://pics.example/a.png' "$(profile "$d")"
mini_in "$(code person=d)"
assert_eq profile '小明|https://pics.example/a.png' "$(profile "$d")"
log_in "$(code "person=d.nickname=$(b64 微信的名字).avatar=$(b64 https://thirdwx.example/132)")"
assert_eq profile '微信的名字|https://thirdwx.example/132' "$(profile "$d")"
mini_in "$(code person=a)"
post "{\"code\":\"$(code person=a)\",\"nickname\":\"后来的\"}"
assert_logged_in
assert_eq profile '后来的|' "$(profile "$a")"

it "the same code gives the same token for a minute: a reply may get lost; WeChat is asked once"
lost=$(code person=a)
mini_in "$lost"
first=$token
for _ in 1 2 3; do
  mini_in "$lost"
  assert_eq token "$first" "$token"
done
assert_calls "$lost" 1 0
assert_eq "the code in Redis" 0 "$(redis_q KEYS '*' | grep -c "$lost" || true)"

it "many requests with one code at once: one exchange, one token"
one=$(code person=a.slow=500)
for n in {1..10}; do
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --data-binary "{\"code\":\"$one\"}" \
    -o "$test_dir/mini-$n" "http://localhost$MINI" &
  pids[n]=$!
done
for n in {1..10}; do wait "${pids[n]}" || fail "curl ended with $?"; done
mini_in "$one"
for n in {1..10}; do
  case $(jq -r '.data.token // .msg' "$test_dir/mini-$n") in
    "$token" | 正在登录，请稍后再试) ;;
    *) fail "another answer: $(< "$test_dir/mini-$n")" ;;
  esac
done
assert_calls "$one" 1 0

it "a process that is killed while it asks WeChat gives the code back; once exchanged it is not exchanged again"
slow=$(code person=a.slow=1500)
curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --data-binary "{\"code\":\"$slow\"}" -o "$test_dir/killed" \
  "http://localhost$MINI" &
asking=$!
eventually calls_are "$slow" 1 0 || fail "WeChat was not asked"
endpoint_kill login-mini
wait "$asking" || fail "curl ended with $?"
endpoint_start login-mini || fail "no login-mini"
spent() { mini "$slow" && [[ $(jq -r .code "$body_file") == 40163 ]]; } # WeChat has exchanged it, and nobody has its answer
eventually spent || fail "the reply was $status $body"
assert_calls "$slow" 2 0

it "what WeChat refuses is passed on, and a lost answer of its is a code that was used"
for refusal in 40029 40163 40226 45011; do
  mini "$(code errcode=$refusal)"
  assert_refused "$refusal"
done
mini "$(code errcode=40029.string-errcode)"
assert_refused 40029
used=$(code person=a)
mini_in "$used"
redis_q FLUSHALL > /dev/null
mini "$used"
assert_refused 40163

it "a wrong secret is the operator's mistake"
mini "$(code errcode=40125)"
assert_refused 40125
assert_contains "the log" 'check MINI_APPID and MINI_SECRET' "$(< "$(log_of login-mini)")"

it "a code of the website is none of the mini-program's"
website=$(code person=a)
log_in "$website"
mini "$website"
assert_refused 40029

it "WeChat is away, and back: the same code goes on"
away=$(code person=a.status=500.times=2)
mini "$away"
assert_weixin_unavailable
mini "$away"
assert_weixin_unavailable
mini_in "$away"

it "Redis is away: nothing is spent"
kept=$(code person=a)
program_stop redis
mini "$kept"
assert_unavailable
redis_start || fail "no Redis"
again() { mini "$kept" && [[ $(jq -r .code "$body_file") == 200 ]]; }
eventually again || fail "the reply was $status $body"
assert_calls "$kept" 1 0

it "who is banned is not let in"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $b"
mini "$(code person=b)"
assert_eq "the reply" '200 {"code":1001,"msg":"用户已被禁用"}' "$status $body"

it "what is missing or malformed is told"
long=$(printf '%0600d' 0)
while IFS='|' read -r json said; do
  post "$json"
  assert_eq "the reply to ${json:0:60}" "$(message "$said")" "$status $body"
done <<END
|请求体不是 JSON 对象
code=x|请求体不是 JSON 对象
["code"]|请求体不是 JSON 对象
{}|缺少参数 code
{"Code":"x"}|缺少参数 code
{"code":""}|参数 code 不合法
{"code":7}|参数 code 不合法
{"code":null}|参数 code 不合法
{"code":"a\\nb"}|参数 code 不合法
{"code":"$long"}|参数 code 不合法
{"code":"x","nickname":7}|参数 nickname 不合法
{"code":"x","avatar_url":["x"]}|参数 avatar_url 不合法
{"code":"x","avatar_url":"javascript:alert(1)"}|参数 avatar_url 不合法
{"code":"x","avatar_url":"https://a/\\"onerror"}|参数 avatar_url 不合法
END
api GET "$MINI"
assert_status 405
assert_header Allow POST

it "a page of another site logs nobody in"
post "{\"code\":\"$(code person=a)\"}" -H 'Sec-Fetch-Site: cross-site'
assert_status 403
post "{\"code\":\"$(code person=a)\"}" -H 'Origin: https://evil.example'
assert_status 403

it "with TOKEN_COOKIE the token comes in the cookie as well"
setting TOKEN_COOKIE=token
endpoint_replace login-mini
mini_in "$(code person=a)"
assert_eq "the cookie" "$token" "$(header Set-Cookie | sed -n 's/^token=\([^;]*\);.*/\1/p')"

it "where it is not offered, there is no such path"
setting PROVIDERS=wx MINI_APPID= MINI_SECRET=
endpoint_replace login-mini
mini "$(code person=a)"
assert_eq "the reply" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
assert_eq "codes in the logs" '' "$(grep -rlF "$lost" "$STACK_DIR/log" || true)"
