#!/bin/bash
# scanlogin-admin: every command, what it prints, its exit status, and what is on record of it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
CALLER=cli:$(id -un)
run() { # ARG…: sets $said, $complained and $exit; with the endpoints' settings and nothing else
  exit=0
  # shellcheck disable=SC2016 # for the inner shell
  said=$(env -i PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin" "$@" \
    2> "$test_dir/complained") || exit=$?
  complained=$(< "$test_dir/complained")
}
ran() { # STATUS ARG…
  run "${@:2}"
  assert_eq "status of ${*:2} ($said $complained)" "$1" "$exit"
}
flags() { mysql_q "SELECT is_active, is_staff FROM user_user WHERE id = $1" | tr '\t' ' '; }
log_in "$(code person=a)"
A=$user
USERNAME=$(part 2 "$token" | jq -r .username)

it "the first admin is made here, with the settings as a shell reads them"
api GET /api/user/admin/users/ -H "IDTOKEN: $token"
assert_forbidden "who is no admin yet"
ran 0 staff "$A"
assert_eq "flags" '1 1' "$(flags "$A")"
assert_contains "what it says" staff "$said"
api GET /api/user/admin/users/ -H "IDTOKEN: $token"
assert_status 200
assert_eq "on record" "change {\"is_staff\":[false,true]} - $CALLER" "$(mysql_q "SELECT action, detail,
  IFNULL(actor_id, '-'), actor_name FROM user_audit ORDER BY id DESC LIMIT 1" | tr '\t' ' ')"

it "a command again is no fault, and nothing on record"
before=$(state)
ran 0 staff "$A"
assert_eq "all there is" "$before" "$(state)"

it "staff no longer, banned, allowed again, logged out"
ran 0 unstaff "$A"
assert_eq "flags" '1 0' "$(flags "$A")"
current "$token"
assert_status 200
ran 0 ban "$A"
assert_contains "what it says" banned "$said"
assert_eq "flags" '0 0' "$(flags "$A")"
current "$token"
assert_denied disabled
ran 0 unban "$A"
assert_eq "flags" '1 0' "$(flags "$A")"
log_in "$(code person=a)"
ran 0 logout "$A"
current "$token"
assert_denied revoked
assert_eq "on record" 'change change change change login logout-all' \
  "$(mysql_q "SELECT action FROM user_audit WHERE user_id = $A ORDER BY id DESC LIMIT 6" | sort | paste -sd ' ')"

it "superusers are within its reach"
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $A"
ran 0 ban "$A"
ran 0 unban "$A"
assert_contains "what it says" superuser "$said"

it "show and list print a user a line"
for args in "show $A" "list $USERNAME" "list 用户a" list; do
  # shellcheck disable=SC2086 # words
  ran 0 $args
  assert_eq "lines of $args" 1 "$(wc -l <<< "$said")"
  assert_contains "the line" "$A  $USERNAME  用户a  --  joined 20" "$said"
done
ran 0 list nobody
assert_eq "what it says" '' "$said"

it "--json prints what the endpoints would"
ran 0 --json show "$A"
assert_eq "members" '["id","username","nickname","avatar_url","gender","phone_number","date_joined","last_login","is_active",'$(
)'"is_staff","is_superuser","identities","sessions","history"]' "$(jq -c keys_unsorted <<< "$said")"
assert_eq "values" "[$A,\"$USERNAME\",2]" "$(jq -c '[.id, .username, (.identities | length)]' <<< "$said")"
ran 0 list --json 用户
assert_eq "items" "[[$A],null]" "$(jq -c '[[.items[].id], .next]' <<< "$said")"
for command in ban unban unstaff logout; do
  ran 0 $command "$A" --json
  assert_eq "the id that $command prints" "$A" "$(jq .id <<< "$said")"
done

it "merge makes one user of two: the identities, what is kept, and the end of the other's sessions"
log_in "$(code person=b)"
B=$user B_TOKEN=$token
mysql_q "UPDATE user_user SET phone_number = '13800000000', gender = '女' WHERE id = $B"
ran 0 merge "$B" "$A" --keep phone_number,nickname
assert_contains "the line" "$A  $USERNAME  用户b  13800000000  joined 20" "$said"
assert_eq "identities" "$A 4" "$(mysql_q 'SELECT MIN(user_id), COUNT(*) FROM user_oauth' | tr '\t' ' ')"
assert_eq "flags of who was merged" '0 0' "$(flags "$B")"
assert_eq "what is not kept" '' "$(mysql_q "SELECT gender FROM user_user WHERE id = $A")"
current "$B_TOKEN"
assert_denied disabled
log_in "$(code person=b)"
assert_eq "the user from now on" "$A" "$user"
assert_eq "on record" "merge $A $CALLER
merged $B $CALLER" "$(mysql_q "SELECT action, user_id, actor_name FROM user_audit WHERE action LIKE 'merge%' ORDER BY id" | tr '\t' ' ')"
before=$(state)
ran 0 merge "$B" "$A" --json
assert_eq "the id that it prints" "$A" "$(jq .id <<< "$said")"
assert_eq "all there is, after the same again" "$before" "$(state)"
mysql_q "UPDATE user_user SET nickname = '用户a', phone_number = '' WHERE id = $A; DELETE FROM user_user WHERE id = $B"

it "no control character of a user's reaches the terminal"
mysql_admin scanlogin <<< "UPDATE user_user SET phone_number = 'a\nb', nickname = CONCAT('x', CHAR(27), '[31m', CHAR(7),
  CHAR(13), CHAR(127), CONVERT(UNHEX('C29B') USING utf8mb4), '张\t😀') WHERE id = $A"
for args in "show $A" list "ban $A" "unban $A"; do
  # shellcheck disable=SC2086 # words
  ran 0 $args
  assert_eq "lines" 1 "$(wc -l <<< "$said")"
  ! grep -qP '[\x00-\x09\x0b-\x1f\x7f-\x9f]' <<< "$said" || fail "a control character: $(cat -v <<< "$said")"
  assert_contains "the line" '张' "$said"
  assert_contains "the line" '😀' "$said"
done
for args in "show $A" list; do
  # shellcheck disable=SC2086 # words
  ran 0 --json $args
  ! grep -qP '[\x00-\x09\x0b-\x1f\x7f-\x9f]' <<< "$said" || fail "a control character: $(cat -v <<< "$said")"
  assert_eq "the nickname" $'x\e[31m\a\r\x7f\u009b张\t😀' "$(jq -r '(.items // [.])[0].nickname' <<< "$said")"
done

it "a user who is not there is 1, a call that is off 64 with the usage"
before=$(state)
for command in show staff unstaff ban unban logout; do
  ran 1 $command 999999
  assert_eq "what it says" 'scanlogin-admin: no user 999999' "$said$complained"
  for id in '' x 0 -1 1x 1.0 ' 1' 99999999999999999999; do ran 64 $command "$id"; done
  ran 64 $command
  ran 64 $command 1 2
done
assert_eq "all there is" "$before" "$(state)"
log_in "$(code person=c)"
C=$user
ran 0 ban "$C"
before=$(state)
ran 1 merge 999999 "$A"
assert_eq "what it says" 'scanlogin-admin: no user 999999' "$said$complained"
ran 1 merge "$A" 999999
assert_eq "what it says" 'scanlogin-admin: no user 999999' "$said$complained"
ran 1 merge "$A" "$C"
assert_eq "what it says" "scanlogin-admin: user $C is banned" "$said$complained"
for id in '' x 0 -1 1x; do
  ran 64 merge "$id" "$A"
  ran 64 merge "$A" "$id"
done
for args in '' nonsense 'nonsense 1' '--help' '--jsn list' 'list a b' 'delete 1' --json "merge $A" merge "merge $C $A $A" \
  "merge $A $A" "merge $C $A --keep" "merge $C $A --keep username" "merge $C $A --keep nickname --keep gender" \
  "merge $C $A --kept nickname" "ban $A --keep nickname" "ban $A $C"; do
  # shellcheck disable=SC2086 # words
  ran 64 $args
  assert_contains "what it says" 'usage: scanlogin-admin' "$complained"
  assert_eq "what it prints" '' "$said"
done
ran 64 list $'\xff'
assert_eq "all there is" "$before" "$(state)"

it "more than it lists is said"
mysql_q 'INSERT INTO user_user (password, username, date_joined) SELECT "!", CONCAT("many_", seq), "2023-01-01" FROM seq_1_to_201'
ran 0 list many_
assert_eq lines 200 "$(wc -l <<< "$said")"
assert_contains "what it says" 'more' "$complained"
ran 0 --json list many_
assert_eq "items" '[200,true]' "$(jq -c '[(.items | length), (.next | type == "string")]' <<< "$said")"

it "backends out of reach are 69, with nothing done; settings that are wrong 78, by name"
program_stop redis
rows=$(mysql_q 'SELECT * FROM user_user; SELECT * FROM user_audit')
ran 69 ban "$A"
ran 69 logout "$A"
assert_eq rows "$rows" "$(mysql_q 'SELECT * FROM user_user; SELECT * FROM user_audit')"
ran 0 list many_1
redis_start || fail "no Redis"
program_stop mysql
ran 69 list
ran 69 staff "$A"
assert_not_contains "what it says" "$MYSQL_SECRET" "$said$complained"
setting AUDIT_DAYS=never
ran 78 list
assert_contains "what it says" AUDIT_DAYS "$complained"
