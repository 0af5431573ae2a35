#!/bin/bash
# GET /api/user/current/ with a good token: who is logged in. The refusals are in http: tokens.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

it "a logged-in user is shown: id, username, nickname, avatar_url, gender, phone_number, in this order"
log_in "$(code "person=li.sex=2.nickname=$(b64 '李"四"🐼')")"
username=$(part 2 "$token" | jq -r .username)
mysql_q "UPDATE user_user SET phone_number = '13800138000', password = 'pbkdf2', email = 'x@y.z' WHERE id = $user"
expected="{\"code\":200,\"data\":{\"id\":$user,\"username\":\"$username\",\"nickname\":\"李\\\"四\\\"🐼\",$(
  )\"avatar_url\":\"https://thirdwx.qlogo.cn/mmopen/vi_32/li/132\",\"gender\":\"女\",\"phone_number\":\"13800138000\"}}"
for path in /api/user/current/ /api/user/current; do
  api GET $path -H "IDTOKEN: $token"
  assert_eq "the reply to $path" "200 $expected" "$status $body"
  assert_json_headers
  assert_no_header WWW-Authenticate
done

it "straight from the endpoint it is the same"
direct current GET '' "$token"
assert_eq reply "200 $expected" "$status $body"
assert_json_headers

it "HEAD is GET without the body"
api HEAD /api/user/current/ -H "IDTOKEN: $token"
assert_status 200
assert_header Content-Length "$(printf %s "$expected" | wc -c)"
direct current HEAD '' "$token"
assert_eq reply '200 ' "$status $body"
assert_header Content-Length "$(printf %s "$expected" | wc -c)"

it "asking changes nothing, however often"
for _ in 1 2 3; do current "$token"; done
assert_body "$expected"
api GET '/api/user/current/?uuid=x&code=y' -H "IDTOKEN: $token" -H 'Content-Type: application/json' --data '{}'
assert_body "$expected"

it "each user sees themselves"
log_in "$(code "nickname=$(b64 甲)")"
first=$token
log_in "$(code "nickname=$(b64 乙)")"
current "$first"
assert_json .data.nickname 甲
current "$token"
assert_json .data.nickname 乙

it "what the next login brings is shown"
log_in "$(code person=fresh)"
current "$token"
assert_json .data.nickname 用户fresh
log_in "$(code "person=fresh.nickname=$(b64 新).avatar=$(b64 https://new.example/)")"
current "$token"
assert_json '.data.nickname + .data.avatar_url' 新https://new.example/

it "an account that Django made, of any id, is shown as it is"
largest=9007199254740991
mysql_q "INSERT INTO user_user (id, password, username, date_joined) VALUES ($largest, '!', '王@x', NOW())"
token=$(jwt '{"typ":"jwt_","alg":"HS256"}' "{\"id\":$largest,\"username\":\"王@x\",\"exp\":4102444800}")
redis_q HSET "userToken_$largest" "$(sha256 "$token")" '{}' > /dev/null
current "$token"
assert_body "{\"code\":200,\"data\":{\"id\":$largest,\"username\":\"王@x\",\"nickname\":\"\",\"avatar_url\":\"\",$(
  )\"gender\":\"\",\"phone_number\":\"\"}}"

it "without a token the reply is 401, whole, with and without the slash"
for path in /api/user/current/ /api/user/current; do
  api GET $path
  assert_denied token认证失败
  assert_json_headers
done
direct current GET ''
assert_denied token认证失败
assert_json_headers
api HEAD /api/user/current/
assert_status 401
assert_header WWW-Authenticate Bearer
