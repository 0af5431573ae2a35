#!/bin/bash
# The poll: GET /api/user/login/wx/?uuid=U — what it takes for a uuid, what it says while nothing is scanned, and the
# token that it gives out once.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

MISSING='{"code":"params-error","msg":"缺少参数 uuid"}'
ILLEGAL='{"code":"params-error","msg":"参数 uuid 不合法"}'


it "no uuid, or an empty one, is missing"
asks "$MISSING" '' 'uuid' 'uuid=' 'uuid=&uuid=' 'UUID=u1' 'x=uuid' 'uuid%3Du1' '&&=&' '=u1'

it "a uuid has at most 128 bytes"
printf -v longest '%0128d' 0
asks "$NOTHING_SCANNED" "uuid=$longest" u=x\&uuid=a uuid=-_.
asks "$ILLEGAL" "uuid=${longest}0" "uuid=$longest$longest$longest"

it "a uuid has letters, digits, - _ . and nothing else"
queries=() expected=''
for ((byte = 0; byte < 256; byte++)); do
  printf -v hex %02X "$byte"
  printf -v char %b "\\x$hex"
  queries+=("/api/user/login/wx/?uuid=u%$hex")
  if ((byte < 128)) && [[ $char == [A-Za-z0-9_.-] ]]; then expected+=$NOTHING_SCANNED; else expected+=$ILLEGAL; fi
  expected+=$'\n'
done
assert_eq "the replies to uuid=u%00 … uuid=u%FF" "$expected" "$(bodies "${queries[@]}")"$'\n'
asks "$ILLEGAL" 'uuid=%00' 'uuid=u+1' 'uuid=+' 'uuid=u%' 'uuid=%zz' 'uuid=u%0' 'uuid=用户' 'uuid=u1;x'

it "of several uuids the first that is not empty counts"
scan first "$(code)"
asks "$NOTHING_SCANNED" 'uuid=second&uuid=first'
asks "$ILLEGAL" 'uuid=%20&uuid=first'
api GET '/api/user/login/wx/?uuid=&x=1&uui%64=%66irst&uuid=second'
assert_json '.data.token | type' string

it "nothing is scanned yet, for any uuid, and a code for one is none for another"
scan mine "$(code)"
asks "$NOTHING_SCANNED" uuid=Mine uuid=mine. uuid=min uuid=6f1c9a52-9d0e-4d8b-9b54-5a1d4c3e2f10

it "once scanned, the poll gives a token, with data and nothing else"
appeared=$(date +%s)
poll mine
assert_status 200
assert_json_headers
assert_json 'keys_unsorted' '["code","data"]'
assert_json '.data | keys_unsorted' '["token"]'
token=$(jq -r .data.token "$body_file")
assert_body "{\"code\":200,\"data\":{\"token\":\"$token\"}}"
assert_not_contains "the form of the token" = "$token"

it "the code is spent then: the next poll finds nothing, and WeChat is not asked again"
code=$(code)
scan spent "$code"
poll spent
assert_json '.data.token | type' string
poll spent
assert_body "$NOTHING_SCANNED"
assert_calls "$code" 1 1
assert_eq "what is left of it in Redis" '' "$(redis_q KEYS 'Weixin*:spent')"

it "the token is a JWT: its header, and the claims id, username, exp and jti"
assert_eq header '{"typ":"jwt_","alg":"HS256"}' "$(part 1 "$token")"
payload=$(part 2 "$token")
assert_eq "the claims" '["id","username","exp","jti"]' "$(jq -c keys_unsorted <<< "$payload")"
assert_eq "the payload is compact" "$(jq -c . <<< "$payload")" "$payload"
assert_eq "types" '["number","string","number","string"]' "$(jq -c '[.[] | type]' <<< "$payload")"
id=$(jq .id <<< "$payload")
assert_eq username "$(mysql_q "SELECT username FROM user_user WHERE id = $id")" "$(jq -r .username <<< "$payload")"
(($(jq -r '.jti | length' <<< "$payload") >= 16)) || fail "the jti is too short to be random: $payload"

it "exp is 50000 days ahead"
ahead=$(($(jq .exp <<< "$payload") - appeared - 50000 * 86400))
((ahead >= 0 && ahead <= 60)) || fail "exp is $ahead seconds off: $payload"

it "the signature is HMAC-SHA256 of header and payload under SECRET_KEY"
by_openssl=$(printf %s "${token%.*}" | openssl dgst -sha256 -hmac "$TEST_SECRET_KEY" -binary | b64url)
assert_eq signature "$by_openssl" "${token##*.}"

it "two logins of one user in one second are two tokens"
tokens=''
for _ in 1 2 3; do
  log_in "$(code person=twice)"
  tokens+=$token$'\n'
done
assert_eq "different tokens" 3 "$(sort -u <<< "${tokens%$'\n'}" | wc -l)"

it "HEAD spends nothing and shows nothing; the GET after it logs in"
code=$(code)
scan headed "$code"
for _ in 1 2; do
  api HEAD '/api/user/login/wx/?uuid=headed'
  assert_status 200
  assert_header Content-Type 'application/json; charset=utf-8'
  assert_header Content-Length "$(printf %s "$NOTHING_SCANNED" | wc -c)"
done
assert_calls "$code" 0 0
direct login-wx HEAD uuid=headed
assert_body ''
poll headed
assert_json '.data.token | type' string

it "a uuid can be used again, and the later of two codes counts"
earlier=$(code) later=$(code person=later)
scan mine "$earlier"
scan mine "$later"
poll mine
assert_json '.data.token | type' string
assert_calls "$earlier" 0 0
assert_calls "$later" 1 1

it "TOKEN_TTL_DAYS sets how far exp is ahead"
setting TOKEN_TTL_DAYS=30
endpoint_replace login-wx || fail "not replaced"
appeared=$(date +%s)
log_in "$(code)"
ahead=$(($(part 2 "$token" | jq .exp) - appeared - 30 * 86400))
((ahead >= 0 && ahead <= 60)) || fail "exp is $ahead seconds off"
