#!/bin/bash
# Walks the steps of docs/keys.md, "Change SECRET_KEY" and "Change the signing key", setting by setting as they stand there,
# with the endpoints restarted one after the other in whatever order. After each restart, and between any two, everybody who
# has logged in is still in, and whoever logs in now is in. When a key is gone its tokens are dead.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/keys.bash"

OLD=$TEST_SECRET_KEY NEW=another-secret-key-of-more-than-32-bytes
USED=(login-wx login-wx-callback current logout)
setting DEVICES=100
start_stack "${USED[@]}"

declare -A tokens=() # NAME of the key → a token that it signed
persons=0
all_good() { # WHEN
  local name
  for name in "${!tokens[@]}"; do
    current "${tokens[$name]}"
    assert_eq "the token of $name, $1" 200 "$status"
  done
}
log_one_in() { # WHEN: somebody new; their token is good at once
  log_in "$(code "person=p$((++persons))")"
  current "$token"
  assert_eq "the token of a login $1" 200 "$status"
}
# Restarts all, the given ones first; everybody is in after each.
restart() { # NAME…
  local name
  for name in "$@"; do
    replace_all "$name"
    all_good "once $name is restarted"
    log_one_in "once $name is restarted"
  done
}
alg_is() { assert_eq "the header of a new token" "$1" "$(part 1 "$token" | jq -c 'del(.typ)')"; } # JSON
keeps() { # NAME: the token of the login just now, as the one of that key
  tokens[$1]=$token
}
step() { it "$1"; setting "${@:2}"; }

log_one_in "before anything is changed"
keeps OLD

step "SECRET_KEY, 1: announce" SECRET_KEY=$OLD SECRET_KEY_FALLBACKS=$NEW
restart login-wx current logout login-wx-callback
step "SECRET_KEY, 2: swap" SECRET_KEY=$NEW SECRET_KEY_FALLBACKS=$OLD
restart login-wx login-wx-callback current logout # the worst order: it signs before the others have swapped
alg_is '{"alg":"HS256"}'
keeps NEW

it "... a login that began before the swap ends well after it"
uuid=$(new_uuid)
scan "$uuid" "$(code)"
poll "$uuid"
assert_logged_in

step "SECRET_KEY, 3: remove; the tokens of the old key are dead, and no others" SECRET_KEY=$NEW SECRET_KEY_FALLBACKS=
dead=${tokens[OLD]}
unset 'tokens[OLD]'
restart current login-wx logout login-wx-callback
current "$dead"
assert_status 401
logout "$dead"
assert_status 401

it "the first key of two halves, 1: announce"
make_key ed ed25519
make_key rs rsa
setting SIGNING_KEY_FILE= "VERIFY_KEY_FILES=$(public_key ed)"
restart login-wx login-wx-callback current logout
alg_is '{"alg":"HS256"}'
step "... 2: it signs; the tokens of SECRET_KEY stay good" "SIGNING_KEY_FILE=$(private_key ed)" VERIFY_KEY_FILES=
restart login-wx login-wx-callback current logout
alg_is "{\"alg\":\"EdDSA\",\"kid\":\"$(kid ed)\"}"
keeps ed

step "the signing key, 1: announce" "SIGNING_KEY_FILE=$(private_key ed)" "VERIFY_KEY_FILES=$(public_key rs)"
restart current login-wx login-wx-callback logout
step "the signing key, 2: swap" "SIGNING_KEY_FILE=$(private_key rs)" "VERIFY_KEY_FILES=$(public_key ed)"
restart login-wx login-wx-callback current logout
alg_is "{\"alg\":\"RS256\",\"kid\":\"$(kid rs)\"}"
keeps rs
rm "$(private_key ed)" # nobody needs it any more
restart login-wx current

step "the signing key, 3: remove; the tokens of the old key are dead, and no others" "SIGNING_KEY_FILE=$(private_key rs)" VERIFY_KEY_FILES=
dead=${tokens[ed]}
unset 'tokens[ed]'
restart login-wx login-wx-callback current logout
current "$dead"
assert_status 401

it "SECRET_KEY is changed while another key signs: nobody notices but the tokens that it signed"
setting SECRET_KEY=$OLD SECRET_KEY_FALLBACKS=$NEW
restart current login-wx login-wx-callback logout
assert_eq "tokens that were looked at" "NEW rs" "$(printf '%s\n' "${!tokens[@]}" | sort | paste -sd ' ')"

step "back to SECRET_KEY" SIGNING_KEY_FILE= "VERIFY_KEY_FILES=$(public_key rs)"
restart login-wx login-wx-callback current logout
alg_is '{"alg":"HS256"}'

it "the trap that step 1 is there for: swapped at once, a login is refused where the key is not known yet"
setting SECRET_KEY=a-third-secret-key-of-more-than-32-bytes "SECRET_KEY_FALLBACKS=$OLD,$NEW"
replace_all login-wx
log_in "$(code)"
current "$token"
assert_status 401
replace_all current
current "$token"
assert_status 200

it "the settings of the page are those that were walked here"
page=$STACK_ROOT/docs/keys.md
settings_of() { sed -n "/^## $1/,/^## [^$]/p" "$page" | grep -oE '^ +(SECRET_KEY|SECRET_KEY_FALLBACKS|SIGNING_KEY_FILE|VERIFY_KEY_FILES)=.*' | tr -s ' ' | paste -sd '|'; }
assert_eq "of Change SECRET_KEY" ' SECRET_KEY=OLD| SECRET_KEY_FALLBACKS=NEW| SECRET_KEY=NEW| SECRET_KEY_FALLBACKS=OLD| SECRET_KEY=NEW' \
  "$(settings_of 'Change SECRET_KEY')"
dir=/etc/scanlogin
assert_eq "of Change the signing key" " SIGNING_KEY_FILE=$dir/old.pem| VERIFY_KEY_FILES=$dir/new.pub.pem| SIGNING_KEY_FILE=$dir/new.pem| $(
  )VERIFY_KEY_FILES=$dir/old.pub.pem| SIGNING_KEY_FILE=$dir/new.pem" "$(settings_of 'Change the signing key')"
