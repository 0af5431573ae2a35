#!/bin/bash
# Keys of two halves from end to end: what jwks.json shows, logins whose tokens such a key signs, and a login's reply that is
# asked for again. What other programs make of the tokens is in e2e: other-verifiers, how keys are changed in http: key-change.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/keys.bash"

make_key ed ed25519
make_key rs rsa
make_key old ed25519
start_stack
jwks() { api "${1:-GET}" /api/user/jwks.json"${2:-}"; }
assert_shows() { # KEY…: jwks.json has these keys, in this order, with and without the slash, and HEAD its headers
  local slash expected
  expected=$(for name in "$@"; do jwk "$name"; done | paste -sd ,)
  for slash in '' /; do
    jwks GET "$slash"
    assert_status 200
    assert_body "{\"keys\":[$expected]}"
    assert_header Content-Type 'application/json; charset=utf-8'
    assert_header Cache-Control max-age=300
    assert_header Content-Length "$(wc -c < "$body_file")"
    jwks HEAD "$slash"
    assert_status 200
    assert_header Cache-Control max-age=300
    assert_header Content-Length "$(printf '{"keys":[%s]}' "$expected" | wc -c)"
  done
}
header_is() { assert_eq "the token's header" "$1" "$(part 1 "$token")"; }

it "without keys of two halves it shows none, and HS256 signs"
assert_shows
bound_login one "$(code person=7)"
header_is '{"typ":"jwt_","alg":"HS256"}'
of_secret=$token

for kind in ed rs; do
  alg=EdDSA
  [[ $kind == ed ]] || alg=RS256
  it "with a SIGNING_KEY_FILE ($alg) it shows that key, then those that only verify"
  setting SIGNING_KEY_FILE="$(private_key $kind)" VERIFY_KEY_FILES="$(public_key old)"
  replace_all # all of them
  assert_shows $kind old

  it "... a login's token names the key, and is good until the logout"
  bound_login one "$(code person=$kind)"
  header_is "{\"typ\":\"jwt_\",\"alg\":\"$alg\",\"kid\":\"$(kid $kind)\"}"
  current "$token"
  assert_eq "the reply" "200 $user" "$status $(jq .data.id "$body_file")"
  first=$token

  it "... whoever asks again gets the same token, of which Redis holds no signature"
  ask one "$uuid"
  assert_logged_in
  assert_eq "the token" "$first" "$token"
  kept=$(redis_q GET "WeixinCodeMap:$(tag "$uuid"):outcome")
  assert_contains "what is kept" "${first%.*}" "$kept"
  assert_not_contains "what is kept" "${first##*.}" "$kept"
  endpoint_replace login-wx || fail "not replaced"
  ask one "$uuid"
  assert_logged_in
  assert_eq "the token, from a process that did not make it" "$first" "$token"

  it "... and a reply that was lost while the key was changed is none: the person scans again"
  setting SIGNING_KEY_FILE= VERIFY_KEY_FILES="$(public_key $kind)"
  endpoint_replace login-wx || fail "not replaced"
  ask one "$uuid"
  assert_nothing_scanned
  setting SIGNING_KEY_FILE="$(private_key $kind)" VERIFY_KEY_FILES="$(public_key old)"
  endpoint_replace login-wx || fail "not replaced"

  it "... it logs out, and the signature that is still good helps nobody"
  logout "$first"
  assert_logged_out
  current "$first"
  assert_status 401
done

it "the token of before, which SECRET_KEY signed, is good all the while"
current "$of_secret"
assert_status 200

it "jwks.json asks neither Redis nor MySQL, and no token"
program_stop mysql
program_stop redis
assert_shows rs old
jwks GET "?x=1" -H 'IDTOKEN: x'
assert_status 200

it "a key that is wrong is one line, and the old process stays"
openssl genpkey -quiet -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out "$test_dir/ec.pem"
openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:1024 -out "$test_dir/short.pem"
openssl pkey -in "$(private_key ed)" -aes128 -passout pass:hunter2 -out "$test_dir/encrypted.pem"
wrong() { # SETTING FILE SAID
  setting SIGNING_KEY_FILE= VERIFY_KEY_FILES= "$1=$2"
  said=$(endpoint_replace jwks 2>&1) && fail "started with $2"
  assert_contains "what it says" "did not start: jwks: $1 $3: $2" "$said"
  assert_eq "lines" 1 "$(wc -l <<< "$said")"
  assert_shows rs old
}
wrong SIGNING_KEY_FILE /nowhere.pem "names a file that cannot be read"
wrong SIGNING_KEY_FILE "$test_dir/ec.pem" "names a file with a key of type EC: it has to be Ed25519 or RSA"
wrong SIGNING_KEY_FILE "$test_dir/short.pem" "names a file with an RSA key of 1024 bits, fewer than 2048"
wrong SIGNING_KEY_FILE "$test_dir/encrypted.pem" "names a file with an encrypted key: write it without a passphrase (openssl pkey)"
wrong SIGNING_KEY_FILE "$(public_key ed)" "names a file with a public key: only a private one can sign"
wrong VERIFY_KEY_FILES "$(private_key ed)" "names a file with a private key: give its public half (openssl pkey -pubout)"
