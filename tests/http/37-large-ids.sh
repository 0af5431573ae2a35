#!/bin/bash
# Ids beyond 2^53, as many a site numbers its users: exact in the token, in every list and its cursor, in changes, on the
# command line, wherever a double would take one for another.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

FIRST=1724500000000000001
start_stack
for table in user_user user_oauth user_audit; do mysql_q "ALTER TABLE $table AUTO_INCREMENT = $FIRST"; done

it "a token is good, and names its user exactly"
log_in "$(code person=1)"
assert_eq "the id in the token" "\"id\":$FIRST," "$(part 2 "$token" | grep -o '"id":[0-9]*,')"
current "$token"
assert_status 200
assert_contains "who is logged in" "\"id\":$FIRST," "$body"
assert_eq "the session's key" "userToken_$FIRST" "$(redis_q KEYS 'userToken_*')"
first=$token

it "a second user is another one, though a double holds both alike"
log_in "$(code person=2)"
assert_eq "the id in the token" "\"id\":$((FIRST + 1))," "$(part 2 "$token" | grep -o '"id":[0-9]*,')"
logout "$token"
assert_status 200
current "$token"
assert_denied '无效的token'
current "$first"
assert_contains "who is logged in" "\"id\":$FIRST," "$body"

become_admin
it "each list goes on from its own cursor, in both directions"
for list in users oauths audit; do
  for ordering in id -id; do
    case $list in users) table=user_user ;; oauths) table=user_oauth ;; audit) table=user_audit ;; esac
    direction=ASC
    [[ $ordering == id ]] || direction=DESC
    all=$(mysql_q "SELECT id FROM $table ORDER BY id $direction" | paste -sd ' ')
    seen='' cursor=''
    while :; do
      admin GET "$list/?limit=1&ordering=$ordering&cursor=$cursor"
      assert_status 200
      seen+="$(grep -oE '"items":\[\{"id":[0-9]+' "$body_file" | grep -oE '[0-9]+$') "
      cursor=$(jq -r '.data.next // empty' "$body_file")
      [[ -n $cursor ]] || break
    done
    assert_eq "the ids of $list by $ordering" "$all" "${seen% }"
  done
done

it "one user is shown, changed and logged out by the exact id"
admin GET "users/$FIRST/"
assert_contains "the user" "\"id\":$FIRST," "$body"
assert_contains "the user's identities" "\"user\":$FIRST," "$body"
admin PATCH "users/$FIRST/" -H "If-Match: $(header ETag)" -d '{"nickname":"第一"}'
assert_status 200
assert_eq "nicknames" "第一 用户2" "$(mysql_q "SELECT nickname FROM user_user WHERE id < $FIRST + 2 ORDER BY id" | paste -sd ' ')"
admin POST "users/$FIRST/logout/"
assert_status 200
current "$first"
assert_denied '无效的token'
admin GET "audit/?user=$FIRST&limit=1"
assert_contains "who did it" "\"actor\":$ADMIN_ID," "$body"
identity=$(mysql_q "SELECT MIN(id) FROM user_oauth WHERE user_id = $FIRST")
admin DELETE "oauths/$identity/"
assert_status 200
admin GET "oauths/?user=$FIRST"
assert_json '.data.items | length' 1

it "the command line names them exactly"
cli() { env -i "${settings[@]}" "$BUILD_DIR/scanlogin-admin" "$@"; }
mapfile -t settings < <(settings_in "$STACK_DIR/env")
assert_contains "the list" "$FIRST  user_" "$(cli list 第一)"
assert_contains "one user" "$FIRST  user_" "$(cli show "$FIRST")"
assert_contains "one user as JSON" "{\"id\":$FIRST," "$(cli --json show "$FIRST")"
cli ban $((FIRST + 1)) > "$test_dir/banned"
assert_contains "who is banned" "$((FIRST + 1))  user_" "$(< "$test_dir/banned")"
