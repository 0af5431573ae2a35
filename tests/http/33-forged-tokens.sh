#!/bin/bash
# Forged and malformed tokens, hundreds of them by class (data/forged.tsv): `current` and `logout` refuse each with its
# message and go on. Redis knows every one as user 1's, so that nothing but the token's own fault can be why; and as those
# of the user whom a double takes 2^53 + 1 for.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

keys=$test_dir/keys
mkdir "$keys"
for name in ed theirs; do openssl genpkey -quiet -algorithm ed25519 -out "$keys/$name.pem"; done
for name in rs gone; do openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out "$keys/$name.pem"; done
openssl pkey -in "$keys/rs.pem" -pubout -out "$test_dir/rs.pub.pem"
setting "SIGNING_KEY_FILE=$keys/ed.pem" "VERIFY_KEY_FILES=$test_dir/rs.pub.pem"
start_stack current logout
mysql_q "INSERT INTO user_user (id, password, username, date_joined) VALUES (1, '!', 'one', NOW()), (2, '!', 'two', NOW()),
  (3, '!', 'three', NOW()), (9007199254740992, '!', 'large', NOW())"

table=$test_dir/table
perl "$LIB/forged.pl" "$(dirname "$0")/data/forged.tsv" "$TEST_SECRET_KEY" "$(date +%s)" "$keys" > "$table"
forged() { awk -F '\t' '$2 != "good"' "$table"; } # the table without what is good
admit() { # the tokens of a table
  local id hashes
  mapfile -t hashes < <(cut -f 4 | sed 's/$/\n{}/')
  for id in 1 9007199254740992; do redis_q HSET "userToken_$id" "${hashes[@]}" > "$test_dir/ignored"; done
}
admit < "$table"

GOOD='200 {"code":200,"data":{"id":1,"username":"one","nickname":"","avatar_url":"","gender":"","phone_number":""}}'
# expected [GOOD]: what each line of a table is to be answered, behind what it is
expected() {
  GOOD=$GOOD awk -F '\t' '{
    reply = "401 " $2
    if ($2 == "good") reply = ENVIRON["GOOD"]
    if ($2 == "closed") reply = "closed"
    print $1 ": " $3 ": " reply }'
}
# asked_of CLIENT…: sends each token of a table by that client, all on one connection; prints the same
asked_of() {
  local rows=$test_dir/rows
  cat > "$rows"
  awk -F '\t' -v request="$REQUEST" '{ print request, "HTTP_IDTOKEN=" $5 }' "$rows" |
    perl "$LIB/$1" "${@:2}" | cut -f 1,3 | tr '\t' ' ' | paste "$rows" - | awk -F '\t' '{ print $1 ": " $3 ": " $6 }' |
    sed -E 's/: 401 \{"code":1001,"msg":"([^"]*)","reason":"(malformed|expired|missing|unknown)"\}$/: 401 \1 \2/'
}
hex() { printf %s "$1" | basenc --base16 -w 0; }
over_fastcgi() { REQUEST="REQUEST_METHOD=$(hex "$2")" asked_of fcgi.pl "$STACK_DIR/$1.sock" requests; } # NAME METHOD
through_nginx() { # NAME METHOD
  REQUEST="REQUEST_METHOD=$(hex "$2") SCRIPT_NAME=$(hex "/api/user/$1/")" asked_of http.pl "$STACK_DIR/http.sock"
}
# What a header can carry through nginx: 8 KiB of anything but NUL and line ends, and no white space around it.
carried() {
  perl -F'\t' -lane '$_ = pack "H*", $F[4]; print join "\t", @F if /^[^\s](.*[^\s])?$/s && !/[\0\r\n]/ && length() < 8100'
}
# What it never lets through: libfcgi would take a NUL for the end of the token.
refused_by_nginx() { perl -F'\t' -lane '$_ = pack "H*", $F[4]; print join "\t", @F if /\0/ || length() > 8200'; }
same_replies() { # TABLE COMMAND…
  local differing
  differing=$(diff <(expected < "$1") <("${@:2}" < "$1") || true)
  assert_eq "tokens that are answered otherwise" '' "$differing"
  checks=$((checks + $(wc -l < "$1")))
}
pids="$(pid_of current) $(pid_of logout)"

it "current answers each as it has to, straight over FastCGI"
same_replies "$table" over_fastcgi current GET

it "... and so through nginx, where a header can carry it"
carried < "$table" > "$test_dir/carried"
(($(wc -l < "$test_dir/carried") > 500)) || fail "only $(wc -l < "$test_dir/carried") tokens go through nginx"
same_replies "$test_dir/carried" through_nginx current GET

it "logout refuses each as well, and ends nobody's session"
forged > "$test_dir/forged"
same_replies "$test_dir/forged" over_fastcgi logout POST
carried < "$test_dir/forged" > "$test_dir/carried"
same_replies "$test_dir/carried" through_nginx logout POST
assert_eq "sessions" "$(cut -f 4 "$table" | sort -u | wc -l)" "$(redis_q HLEN userToken_1)"

it "each token that is good in spite of its looks logs out, and only itself"
grep -P '^[^\t]*\tgood\t' "$table" > "$test_dir/good"
GOOD='200 {"code":200,"msg":"登出成功"}' same_replies "$test_dir/good" over_fastcgi logout POST
assert_eq "sessions" "$(cut -f 4 "$test_dir/forged" | sort -u | wc -l)" "$(redis_q HLEN userToken_1)"
admit < "$test_dir/good"

it "nginx itself refuses what is longer than 8 KiB, 1 MiB too, or has a NUL"
refused_by_nginx < "$table" > "$test_dir/refused"
replies=$(through_nginx current GET < "$test_dir/refused" | sed -E 's/.*: ([0-9]{3}) <html>.*/\1/' | sort | uniq -c | sed 's/^ *//')
assert_eq "replies" "$(wc -l < "$test_dir/refused") 400" "$replies"
(($(wc -l < "$test_dir/refused") > 15)) || fail "only $(wc -l < "$test_dir/refused") tokens are of the kind"

it "the same processes go on, none has logged an error, and the good ones are as good as before"
assert_eq "pids" "$pids" "$(pid_of current) $(pid_of logout)"
assert_eq "errors" '' "$(grep -E ' (warning|error) ' "$(log_of current)" "$(log_of logout)" || true)"
same_replies "$test_dir/good" over_fastcgi current GET

echo "figure: $(wc -l < "$test_dir/forged") forged tokens in $(cut -f 1 "$test_dir/forged" | sort -u | wc -l) classes, all refused"
