#!/bin/bash
# Tokens and keys between scanlogin and programs that are not ours: npm's jose and jsonwebtoken, Debian's python3-jwt, and Lua
# (tests/verifiers). Each verifies what our endpoints signed, with SECRET_KEY or by jwks.json, refuses what was changed, and
# signs tokens with our keys that our endpoints take.
#
# A verifier is asked in two ways:
#   VERIFIER verify                       reads tokens, a line each; prints "ALG ID USERNAME", or "refused: …"
#   VERIFIER sign ALG KID FILE CLAIMS     prints a token, by the private key in FILE, or by SECRET_KEY without one
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/keys.bash"
. "$(dirname "$0")/../lib/npm.bash"

HERE=$STACK_ROOT/tests/verifiers
install_npm verifiers
cp "$HERE"/*.mjs "$STACK_ROOT/build/verifiers/"
# The algorithms that each has.
declare -A ALGORITHMS=([jose]='HS256 EdDSA RS256' [jsonwebtoken]='HS256 RS256' [pyjwt]='HS256 EdDSA RS256' [lua]='HS256 RS256')
verifier() { # NAME ARG…
  local -x SECRET_KEY=$TEST_SECRET_KEY JWKS_URL=$SITE/api/user/jwks.json JWKS=${jwks:-}
  case $1 in
    jose | jsonwebtoken) node "$STACK_ROOT/build/verifiers/$1.mjs" "${@:2}" ;;
    pyjwt) /usr/bin/python3 "$HERE/pyjwt.py" "${@:2}" ;;
    lua) lua5.4 "$HERE/lua.lua" "${@:2}" ;;
  esac
}

make_key ed ed25519
make_key rs rsa
setting DEVICES=100 WX_TIMEOUT_MS=5000
start_stack
# They fetch jwks.json by TCP: nginx listens there as well.
port=$(free_port)
nginx_reload "unix:$STACK_DIR/http.sock; listen 127.0.0.1:$port" "${SANDBOX##*:}" || fail "nginx does not take the port"
SITE=http://127.0.0.1:$port
eventually curl -sf -o "$test_dir/ignored" "$SITE/api/user/jwks.json" || fail "nobody listens on $SITE"

declare -A signed=() who=()
log_in_by() { # ALG SETTING…
  setting "${@:2}"
  replace_all login-wx current jwks
  log_in "$(code person=7)"
  signed[$1]=$token
  who=([id]=$user [username]=$(part 2 "$token" | jq -r .username))
  assert_eq "the algorithm" "$1" "$(part 1 "$token" | jq -r .alg)"
}
log_in_by HS256
log_in_by EdDSA "SIGNING_KEY_FILE=$(private_key ed)" "VERIFY_KEY_FILES=$(public_key rs)"
log_in_by RS256 "SIGNING_KEY_FILE=$(private_key rs)" "VERIFY_KEY_FILES=$(public_key ed)"
jwks=$(curl -sf "$SITE/api/user/jwks.json")
exp=$(($(date +%s) + 86400))

for name in jose jsonwebtoken pyjwt lua; do
  read -ra algorithms <<< "${ALGORITHMS[$name]}"
  it "$name verifies our tokens: ${ALGORITHMS[$name]}"
  good=() changed=() expected=()
  for alg in "${algorithms[@]}"; do
    IFS=. read -r head _ signature <<< "${signed[$alg]}"
    good+=("${signed[$alg]}")
    changed+=("$head.$(b64 "{\"id\":1,\"username\":\"x\",\"exp\":$exp}").$signature")
    expected+=("$alg ${who[id]} ${who[username]}")
  done
  assert_eq "what it says" "$(printf '%s\n' "${expected[@]}")" "$(printf '%s\n' "${good[@]}" | verifier $name verify)"

  it "$name refuses them with another payload"
  said=$(printf '%s\n' "${changed[@]}" | verifier $name verify)
  assert_eq "those it refuses" "${#algorithms[@]}" "$(grep -c '^refused: ' <<< "$said")"

  it "we take the tokens that $name signs with our keys, for a session that there is, and name the user"
  for alg in "${algorithms[@]}"; do
    kid='' file=''
    [[ $alg != EdDSA ]] || { kid=$(kid ed) file=$(private_key ed); }
    [[ $alg != RS256 ]] || { kid=$(kid rs) file=$(private_key rs); }
    theirs=$(verifier $name sign "$alg" "$kid" "$file" "{\"id\":${who[id]},\"username\":\"${who[username]}\",\"exp\":$exp,\"jti\":\"$name\"}")
    current "$theirs"
    assert_status 401 # well signed, and nobody's session
    assert_not_contains "the reason" malformed "$body"
    redis_q HSET "userToken_${who[id]}" "$(sha256 "$theirs")" '{}' > "$test_dir/ignored"
    current "$theirs"
    assert_eq "the reply to $alg by $name" "200 ${who[id]}" "$status $(jq .data.id "$body_file")"
  done
done

it "jose finds the thumbprints that we call our keys by"
# shellcheck disable=SC2016 # it is JavaScript
assert_eq "kids" "$(jq -r '.keys[].kid' <<< "$jwks")" "$(cd "$STACK_ROOT/build/verifiers" && JWKS=$jwks node --input-type=module -e '
  import { calculateJwkThumbprint } from "jose";
  for (const key of JSON.parse(process.env.JWKS).keys) console.log(await calculateJwkThumbprint(key));')"

it "the programs in docs/keys.md do what it says"
docs_block() { sed -n "/^## Who can verify/,/^## If/p" "$STACK_ROOT/docs/keys.md" | sed -n 's/^    //p' | sed "s#https://example.com#$SITE#"; }
for alg in EdDSA RS256; do
  { docs_block | sed -n "/from 'jose'/,/jwtVerify(/p"; echo 'console.log(payload.id)'; } |
    sed "1s#^#const token = '${signed[$alg]}';\n#" > "$STACK_ROOT/build/verifiers/docs.mjs"
  assert_eq "what Node says of $alg" "${who[id]}" "$(node "$STACK_ROOT/build/verifiers/docs.mjs")"
  { echo "token = '${signed[$alg]}'"; docs_block | sed -n '/^import jwt$/,/jwt.decode(/p'; echo 'print(payload["id"])'; } > "$test_dir/docs.py"
  assert_eq "what Python says of $alg" "${who[id]}" "$(/usr/bin/python3 "$test_dir/docs.py")"
done
