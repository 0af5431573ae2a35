#!/bin/bash
# What MYSQL_USER has to be allowed: the lines of sql/grants.sql are enough, and none of the rights is too many. (That they
# are enough for everything, all other tests show: theirs are the same.)
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting LOG_LEVEL=info PROFILE_TRUST_S=0 CURRENT_CACHE_ENTRIES=0 PROVIDERS='wx other'
start_stack login-wx login-wx-callback current logout identities export admin-users admin-oauths admin-audit
become_admin
mapfile -t lines < <(sed -nE 's/^(GRANT .* ON) ([a-z_]+) TO .*;$/\1 scanlogin.\2/p' "$STACK_ROOT/sql/grants.sql")
assert_eq "lines of sql/grants.sql" 4 "${#lines[@]}"
allow() {
  local line
  mysql_q "REVOKE ALL, GRANT OPTION FROM scanlogin@localhost"
  for line in "${lines[@]}"; do mysql_q "$line TO scanlogin@localhost"; done
}
allow

# What needs a right, and what else has to be there for it; each sets $status.
persons=0
first_login() { persons=$((persons + 1)) && login_again; }
login_again() {
  local uuid
  uuid=$(new_uuid)
  api GET "$CALLBACK?code=$(code "person=p$persons")&state=$uuid"
  poll "$uuid"
}
a_user() { # sets $user, $token, $username
  allow
  first_login
  assert_logged_in
  username=$(part 2 "$token" | jq -r .username)
}
seen() { current "$token"; }
changed() { admin PATCH "users/$user/" -H 'If-Match: *' --data-binary "{\"gender\":\"$SRANDOM\"}"; }
gone() { api DELETE /api/user/current/ -H "IDTOKEN: $token" --data-binary "{\"confirm\":\"$username\"}"; }
own_identities() { api GET /api/user/identities/ -H "IDTOKEN: $token"; }
merged() { admin POST "users/$ADMIN_ID/merge/" -H 'If-Match: *' --data-binary "{\"from\":$user,\"confirm\":\"$username\"}"; }
unlinked() { admin DELETE "oauths/$(mysql_q "SELECT MIN(id) FROM user_oauth WHERE user_id = $user")/?last=1"; }
log_listed() { admin GET audit/; }
logged_out() { logout "$token"; }

declare -A NEEDS=(
  [SELECT user_user]=seen [INSERT user_user]=first_login [UPDATE user_user]="login_again changed" [DELETE user_user]=gone
  [SELECT user_oauth]="login_again own_identities" [INSERT user_oauth]=first_login [UPDATE user_oauth]=merged
  [DELETE user_oauth]="unlinked gone" [SELECT user_audit]=log_listed [INSERT user_audit]="logged_out login_again"
  [UPDATE user_audit]="logged_out gone"
)
for right in "${!NEEDS[@]}"; do
  read -r privilege table <<< "$right"
  for needing in ${NEEDS[$right]}; do
    it "without $privilege on $table: not $needing; with it, it is done"
    a_user
    mysql_q "REVOKE $privilege ON scanlogin.$table FROM scanlogin@localhost"
    $needing
    assert_eq "the status of $needing without it" 503 "$status"
    allow
    $needing
    assert_eq "the status of $needing ($body)" 200 "$status"
  done
done

it "without DELETE on user_audit nothing is forgotten, which the log says; with it, it is"
old() { mysql_q "SELECT COUNT(*) FROM user_audit WHERE action = 'old'"; }
mysql_q "INSERT INTO user_audit (at, action, request) VALUES ('2001-01-01', 'old', 'old')"
mysql_q "REVOKE DELETE ON scanlogin.user_audit FROM scanlogin@localhost"
endpoint_replace login-wx || fail "login-wx not replaced"
first_login
assert_logged_in
assert_contains "the log" "user_audit not shortened" "$(< "$(log_of login-wx)")"
assert_eq "old entries" 1 "$(old)"
allow
endpoint_replace login-wx || fail "login-wx not replaced"
first_login
assert_logged_in
none_is_old() { (($(old) == 0)); }
eventually none_is_old || fail "old entries stay"
