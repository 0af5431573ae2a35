#!/bin/bash
# Whose token is good, and what `current` and `logout` say where the token itself is well made. What is wrong with tokens
# themselves is in http: forged-tokens.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

OLD_KEYS=(an-older-key-that-has-32-bytes-as-well the-oldest-key-which-is-still-accepted)
setting "SECRET_KEY_FALLBACKS=${OLD_KEYS[0]},${OLD_KEYS[1]}"
start_stack current logout

HEADER='{"typ":"jwt_","alg":"HS256"}'
mysql_q "INSERT INTO user_user (id, password, username, date_joined, is_active) VALUES
  (1, '!', 'one', NOW(), 1), (2, '!', 'two', NOW(), 1), (3, '!', 'banned', NOW(), 0)"
LATER=$(($(date +%s) + 86400))
PAYLOAD="{\"id\":1,\"username\":\"one\",\"exp\":$LATER,\"jti\":\"x\"}"

admit() { redis_q HSET "userToken_$1" "$(sha256 "$2")" '{}' > /dev/null; } # USER TOKEN
# Redis knows the token as user 1's, so that nothing but what is wrong with it can be why it is refused.
denied() { # MSG TOKEN…
  local bad
  for bad in "${@:2}"; do
    admit 1 "$bad"
    current "$bad"
    assert_denied "$1" "current, $bad"
    logout "$bad"
    assert_denied "$1" "logout, $bad"
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
TOKEN=$(jwt "$HEADER" "$PAYLOAD")

it "a good token is good, also one that the Django module made, which has no jti"
good "$TOKEN" "$(jwt "$HEADER" "{\"id\":1,\"username\":\"one\",\"exp\":$LATER}")"

it "no token is none"
for path in current logout; do
  $path
  assert_denied token认证失败 "$path without a token"
done

it "good and in date, but not the user's present token"
absent=$(jwt "$HEADER" "{\"id\":2,\"exp\":$LATER}")
admit 1 "$absent"
redis_q HSET userToken_2 "$absent" '{}' "$(sha256 "$absent" | tr '[:lower:]' '[:upper:]')" '{}' > /dev/null
for path in current logout; do
  $path "$absent"
  assert_denied 无效的token $path
done

it "no such user, a banned user: the token in Redis is looked at first"
nobody=$(jwt "$HEADER" "{\"id\":424242,\"exp\":$LATER}") banned=$(jwt "$HEADER" "{\"id\":3,\"exp\":$LATER}")
for path in current logout; do
  $path "$banned"
  assert_denied 无效的token "$path, not in Redis"
done
admit 424242 "$nobody"
admit 3 "$banned"
for path in current logout; do
  $path "$nobody"
  assert_denied 无效的token "$path, no such user"
  $path "$banned"
  assert_denied 用户已被禁用 "$path, banned"
done
assert_eq "his session" 1 "$(redis_q HLEN userToken_3)"

it "the keys of SECRET_KEY_FALLBACKS verify, others do not"
for key in "${OLD_KEYS[@]}"; do good "$(jwt "$HEADER" "$PAYLOAD" "$key")"; done
denied token认证失败 "$(jwt "$HEADER" "$PAYLOAD" "${OLD_KEYS[0]},${OLD_KEYS[1]}")" "$(jwt "$HEADER" "$PAYLOAD" "${OLD_KEYS[0]} ")"

it "all this has ended nobody's session"
good "$TOKEN"
