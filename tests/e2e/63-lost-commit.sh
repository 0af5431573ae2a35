#!/bin/bash
# A login's COMMIT is cut off: before MariaDB has it, behind it, or with MariaDB killed in between. Whichever it was, the
# person is one user with one session, and the audit log tells of what was replaced and of nothing else.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

# What was committed has to be there after a kill.
# shellcheck disable=SC2034
MYSQL_OPTIONS=(--innodb-flush-log-at-trx-commit=2)
setting MYSQL_SOCKET="$STACK_DIR/proxied.sock"
start_stack
spawn mysql-proxy perl "$LIB/mysql-proxy.pl" "$STACK_DIR/proxied.sock" "$STACK_DIR/mysql.sock" \
  "$STACK_DIR/mysql.pid" "$test_dir/plan"
proxy_listens() { [[ -S $STACK_DIR/proxied.sock ]]; }
eventually proxy_listens || fail "no proxy"

next_commit() { # before, after or kill
  echo "$1" > "$test_dir/plan.new"
  rm -f "$test_dir/plan.taken"
  mv "$test_dir/plan.new" "$test_dir/plan"
}
assert_cut() { assert_eq "what became of the COMMIT" "$1" "$(cat "$test_dir/plan.taken" 2> /dev/null || true)"; }

log_in_from() { # DEVICE PERSON
  local uuid
  uuid=$(new_uuid)
  scan "$uuid" "$(code "person=$2")"
  poll "$uuid" -A "$1"
  assert_logged_in
}
# What is in the audit log of a person, each as ACTION:DEVICE; of what was replaced it is the earlier session's.
entries() { # PERSON
  mysql_q "SELECT CONCAT(action, ':', IFNULL(JSON_VALUE(detail, '$.user_agent'), a.user_agent)) FROM user_audit a
    JOIN user_user u ON u.id = a.user_id WHERE u.nickname = '用户$1' ORDER BY a.id" | paste -s -d ' '
}
users_of() { mysql_q "SELECT id FROM user_user WHERE nickname = '用户$1'"; } # PERSON
assert_one_login() { # PERSON SESSION_BEFORE ENTRIES
  assert_eq "users of $1" "$user" "$(users_of "$1")"
  assert_eq "the new session" 200 "$(status_of "$token")"
  [[ -z $2 ]] || assert_eq "the session before" "401 无效的token" "$(status_of "$2")"
  assert_eq "the audit log" "$3" "$(entries "$1")"
}

cut_login() { # PERSON SESSION_BEFORE CUT ENTRIES
  next_commit "$3"
  log_in_from laptop "$1"
  assert_cut "$3"
  assert_one_login "$1" "$2" "$4"
}
killed_login() { # PERSON SESSION_BEFORE ENTRIES
  local uuid code
  uuid=$(new_uuid) code=$(code "person=$1")
  scan "$uuid" "$code"
  next_commit kill
  poll "$uuid" -A laptop
  assert_unavailable
  assert_cut kill
  mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
  poll "$uuid" -A desktop
  assert_logged_in
  assert_calls "$code" 1 2
  assert_one_login "$1" "$2" "$3"
}

for cut in before after; do
  it "the connection is cut $cut MariaDB has the COMMIT: of a first login"
  cut_login "new-$cut" "" "$cut" "login:laptop"

  it "... and of a later one"
  log_in_from phone "known-$cut"
  cut_login "known-$cut" "$token" "$cut" "login:phone replaced:phone login:laptop"
done

# The session on the laptop did begin; nobody there was told, and it is withdrawn.
it "MariaDB is killed between the COMMIT and its answer: of a first login"
killed_login new-killed "" "login:laptop login:desktop"

it "... and of a later one"
log_in_from phone known-killed
killed_login known-killed "$token" "login:phone replaced:phone login:laptop login:desktop"

for cut in before after; do
  it "a logout's connection is cut $cut MariaDB has the COMMIT"
  log_in_from phone "leaving-$cut"
  next_commit "$cut"
  logout "$token"
  assert_logged_out
  assert_cut "$cut"
  assert_eq "its session" "401 无效的token" "$(status_of "$token")"
  assert_eq "the audit log" 1 "$(entries "leaving-$cut" | grep -o logout: | wc -l)"
done

mine() { api "$1" "/api/user/$2" -H "IDTOKEN: $token" "${@:3}"; } # METHOD PATH [CURL ARG…]
for cut in before after; do
  it "an unlinking's connection is cut $cut MariaDB has the COMMIT"
  log_in_from phone "parting-$cut"
  identity=$(mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
    VALUES ('github', '$cut', '2026-01-02', '2026-01-02', $user); SELECT LAST_INSERT_ID()")
  next_commit "$cut"
  mine DELETE "identities/$identity/"
  assert_eq "the reply" '200 {"code":200,"msg":"已解绑"}' "$status $body"
  assert_cut "$cut"
  assert_eq "identities" 'weixin wx_openid' "$(mysql_q "SELECT oauth_type FROM user_oauth WHERE user_id = $user ORDER BY id" | paste -sd ' ')"
  assert_eq "the audit log" "login:phone unlink:curl" "$(entries "parting-$cut" | sed 's#curl/.*#curl#')"

  it "a deletion's connection is cut $cut MariaDB has the COMMIT"
  log_in_from phone "deleted-$cut"
  next_commit "$cut"
  mine DELETE current/ --data-binary "$(part 2 "$token" | jq -c '{confirm: .username}')"
  assert_eq "the reply" '200 {"code":200,"msg":"账号已注销"}' "$status $body"
  assert_cut "$cut"
  assert_eq "its session" "401 无效的token" "$(status_of "$token")"
  assert_eq "users of it" '' "$(users_of "deleted-$cut")"
  assert_eq "the audit log" 'login delete' "$(mysql_q "SELECT action FROM user_audit WHERE user_id = $user ORDER BY id" | paste -sd ' ')"
done

it "MariaDB is killed between a deletion's COMMIT and its answer: 503, and the user is gone, with the token"
log_in_from phone deleted-killed
next_commit kill
mine DELETE current/ --data-binary "$(part 2 "$token" | jq -c '{confirm: .username}')"
assert_unavailable
assert_cut kill
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
assert_eq "its session" "401 无效的token" "$(status_of "$token")"
assert_eq "users of it, and halves" ' 0' "$(users_of deleted-killed) $(half_users)"

it "each person is one user, with both identities"
assert_persons

# From here on there are users of other forms.
log_in_from phone the-admin
ADMIN=$token
mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"
for cut in before after; do
  it "a clash is on record once, where the login's connection is cut $cut MariaDB has the COMMIT"
  log_in_from phone "gone-$cut"
  gone=$user gone_token=$token
  log_in_from phone "left-$cut"
  left=$user uuid=$(new_uuid)
  scan "$uuid" "$(code "person=left-$cut.openid=gone-$cut")"
  next_commit "$cut"
  poll "$uuid"
  assert_logged_in
  assert_cut "$cut"
  assert_eq "the audit log" "$left clash" "$(mysql_q "SELECT user_id, action FROM user_audit WHERE action = 'clash'
    AND JSON_VALUE(detail, '$.other_user') = $gone" | tr '\t' ' ')"

  it "a merge's connection is cut $cut MariaDB has the COMMIT"
  next_commit "$cut"
  api POST "/api/user/admin/users/$left/merge/" -H "IDTOKEN: $ADMIN" -H 'If-Match: *' \
    --data-binary "{\"from\":$gone,\"keep\":[\"gender\"],\"confirm\":\"$(part 2 "$gone_token" | jq -r .username)\"}"
  assert_status 200
  assert_json '[.data.id, (.data.identities | length)]' "[$left,4]"
  assert_cut "$cut"
  assert_eq "its session" "401 用户已被禁用" "$(status_of "$gone_token")"
  assert_eq "the audit log" "$left merge,$gone merged" "$(mysql_q "SELECT CONCAT(user_id, ' ', action) FROM user_audit
    WHERE action LIKE 'merge%' ORDER BY id DESC LIMIT 2" | tac | paste -sd ,)"
  assert_eq "entries of merges" 2 "$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE action LIKE 'merge%' AND user_id IN ($left, $gone)")"
done
