#!/bin/bash
# Which tokens `current` and `logout` refuse, with which message, and in which order they look.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/lib/login.sh"

OLD_KEYS=(an-older-key-that-has-32-bytes-as-well the-oldest-key-which-is-still-accepted)
setting "SECRET_KEY_FALLBACKS=${OLD_KEYS[0]},${OLD_KEYS[1]}"
start_stack current logout

HEADER='{"typ":"jwt_","alg":"HS256"}'
mysql_q "INSERT INTO user_user (id, password, username, date_joined, is_active) VALUES
  (1, '!', 'one', NOW(), 1), (2, '!', 'two', NOW(), 1), (3, '!', 'banned', NOW(), 0)"
NOW=$(date +%s)
LATER=$((NOW + 86400))
PAYLOAD="{\"id\":1,\"username\":\"one\",\"exp\":$LATER,\"jti\":\"x\"}"

admit() { redis_q HSET "userToken_$1" "$(sha256 "$2")" '{}' > /dev/null; } # USER TOKEN
# Redis knows the token as user 1's, so that nothing but what is wrong with it can be why it is refused.
denied() { # MSG TOKEN…
  local bad
  for bad in "${@:2}"; do
    admit 1 "$bad"
    current "$bad"
    assert_refusal "$1" "current, $bad"
    logout "$bad"
    assert_refusal "$1" "logout, $bad"
  done
}
good() { # TOKEN…
  local token
  for token in "$@"; do
    admit 1 "$token"
    current "$token"
    assert_eq "the reply to $token" 200/1 "$status/$(jq .data.id "$body_file")"
  done
}
payloads() { # PAYLOAD…: a token of each, signed
  local payload
  for payload in "$@"; do jwt "$HEADER" "$payload"; done
}
headers() { # HEADER…
  local header
  for header in "$@"; do jwt "$header" "$PAYLOAD"; done
}

TOKEN=$(jwt "$HEADER" "$PAYLOAD")
SIGNED=${TOKEN%.*} SIGNATURE=${TOKEN##*.}
UNSIGNED=$(b64 '{"typ":"jwt_","alg":"none"}').$(b64 "$PAYLOAD").

it "a good token is good, whatever else its header and its payload hold"
good "$TOKEN"
mapfile -t tokens < <(
  headers '{"alg":"HS256","typ":"JWT"}' '{ "alg" : "HS256" }' '{"alg":"HS256","kid":"x","typ":7}'
  payloads "{\"id\":1,\"exp\":$LATER}" "{\"exp\": $LATER.5, \"id\": 1, \"more\": [null, {}]}" '{"id":1,"exp":1e15}'
)
good "${tokens[@]}"

it "one that the Django module made, which has no jti, is as good"
good "$(jwt "$HEADER" "{\"id\":1,\"username\":\"one\",\"exp\":$LATER}")"

it "no token, or what is not three parts of base64url"
for path in current logout; do
  $path
  assert_refusal token认证失败 "$path without a token"
done
denied token认证失败 x . .. ... abc.def "$SIGNED" "$TOKEN." ".$TOKEN" "$TOKEN.$SIGNATURE" "Bearer $TOKEN" "$TOKEN x" \
  "$SIGNED.$SIGNATURE=" "$SIGNED.$(tr -- '-_' '+/' <<< "$SIGNATURE")+" "$(b64 "$HEADER")=.${TOKEN#*.}" \
  "${SIGNED%?}.$SIGNATURE" "\"$TOKEN\"" "$SIGNED.é" "$(printf '%s' "$SIGNED" | tr . :).$SIGNATURE"

it "base64url that ends in bits which mean nothing"
last=${SIGNATURE: -1} alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_
before=${alphabet%"$last"*}
denied token认证失败 "${TOKEN%?}${alphabet:${#before}+1:1}"

it "header or payload that is not one JSON object"
mapfile -t tokens < <(
  headers '' x '[]' '"HS256"' null '{"alg":"HS256"' '{"alg":"HS256"}x' '{"alg":"HS256"}{}' "{'alg':'HS256'}"
  payloads '' x '[]' 1 null "${PAYLOAD%?}" "$PAYLOAD}" "$PAYLOAD{}" $'\xff' "{\"id\":1,\"username\":\"\xff\",\"exp\":$LATER}"
)
denied token认证失败 "${tokens[@]}"

it "a signature that does not verify"
denied token认证失败 "$(jwt "$HEADER" "$PAYLOAD" another-key-that-has-32-bytes-as-well)" "$(jwt "$HEADER" "$PAYLOAD" ' ')" \
  "$SIGNED." "$SIGNED.$(b64 x)" "$SIGNED.${SIGNATURE:0:42}" "$SIGNED.${SIGNATURE}AAAA" "$SIGNED.$(b64 "$SIGNATURE")" \
  "$(b64 "$HEADER").$(b64 "{\"id\":1,\"username\":\"other\",\"exp\":$LATER,\"jti\":\"x\"}").$SIGNATURE" \
  "$(b64 '{"alg":"HS256"}').${TOKEN#*.}"

it "an alg other than HS256, none among them"
mapfile -t tokens < <(
  headers '{"alg":"none"}' '{"alg":"None"}' '{"alg":"hs256"}' '{"alg":"HS256 "}' '{"alg":""}' '{"alg":null}' '{"alg":256}' \
    '{"alg":["HS256"]}' '{"alg":"RS256"}' '{"typ":"jwt_"}' '{}' '{"Alg":"HS256"}'
)
for digest in 384 512; do
  signed=$(b64 "{\"alg\":\"HS$digest\"}").$(b64 "$PAYLOAD")
  tokens+=("$signed.$(printf %s "$signed" | openssl dgst -sha$digest -hmac "$TEST_SECRET_KEY" -binary | b64url)")
done
denied 无效的token "$UNSIGNED" "$UNSIGNED$SIGNATURE" "${tokens[@]}"

it "exp in the past"
mapfile -t tokens < <(payloads "{\"id\":1,\"exp\":$((NOW - 1))}" '{"id":1,"exp":0}' '{"id":1,"exp":-1}' \
  '{"id":1,"exp":1e9}' "{\"id\":1,\"exp\":$((NOW - 1)).9}")
denied token过期失效 "${tokens[@]}"

it "exp that is no number"
mapfile -t tokens < <(payloads '{"id":1}' "{\"id\":1,\"exp\":\"$LATER\"}" '{"id":1,"exp":null}' '{"id":1,"exp":true}')
denied token认证失败 "${tokens[@]}"

it "no usable id"
mapfile -t tokens < <(
  for id in 0 -1 1.5 '"1"' null true '[1]' 9007199254740993 1e300; do payloads "{\"id\":$id,\"exp\":$LATER}"; done
  payloads "{\"exp\":$LATER}" "{\"ID\":1,\"exp\":$LATER}"
)
denied 无效的token "${tokens[@]}"

it "form comes before alg, alg before the signature, the signature before exp, exp before the claims"
denied token认证失败 "$(b64 '{"alg":"none"}').$(b64 '{"id":1').$SIGNATURE" "$(b64 '{"alg":"none"}').$(b64 "$PAYLOAD").=" \
  "$(jwt "$HEADER" '{"id":1,"exp":1}' another-key-that-has-32-bytes-as-well)"
denied 无效的token "$(b64 '{"alg":"HS512"}').$(b64 "$PAYLOAD").$(b64 wrong)" "$(headers '{"alg":"none"}')" \
  "$(jwt '{"alg":"none"}' '{"id":1,"exp":1}')"
denied token过期失效 "$(payloads '{"exp":1}')" "$(payloads '{"id":0,"exp":1}')"

it "good and in date, but not the user's present token"
absent=$(jwt "$HEADER" "{\"id\":2,\"exp\":$LATER}")
admit 1 "$absent"
redis_q HSET userToken_2 "$absent" '{}' "$(sha256 "$absent" | tr '[:lower:]' '[:upper:]')" '{}' > /dev/null
for path in current logout; do
  $path "$absent"
  assert_refusal 无效的token $path
done

it "no such user, a banned user: the token in Redis is looked at first"
nobody=$(jwt "$HEADER" "{\"id\":424242,\"exp\":$LATER}") banned=$(jwt "$HEADER" "{\"id\":3,\"exp\":$LATER}")
for path in current logout; do
  $path "$banned"
  assert_refusal 无效的token "$path, not in Redis"
done
admit 424242 "$nobody"
admit 3 "$banned"
for path in current logout; do
  $path "$nobody"
  assert_refusal 无效的token "$path, no such user"
  $path "$banned"
  assert_refusal 用户已被禁用 "$path, banned"
done
assert_eq "his session" 1 "$(redis_q HLEN userToken_3)"

it "the keys of SECRET_KEY_FALLBACKS verify, others do not"
for key in "${OLD_KEYS[@]}"; do good "$(jwt "$HEADER" "$PAYLOAD" "$key")"; done
denied token认证失败 "$(jwt "$HEADER" "$PAYLOAD" "${OLD_KEYS[0]},${OLD_KEYS[1]}")" "$(jwt "$HEADER" "$PAYLOAD" "${OLD_KEYS[0]} ")"

it "a token over 8192 bytes is none, and nothing breaks on one far longer"
direct current GET '' "$(payloads "{\"id\":1,\"exp\":$LATER,\"x\":\"$(printf '%08192d' 0)\"}")"
assert_refusal token认证失败
direct current GET '' "$(printf '%040000d' 0)"
assert_refusal token认证失败

it "all this has ended nobody's session"
good "$TOKEN"
