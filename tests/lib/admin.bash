# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash and login.bash, and for the tests
# Sourced, after login.bash, by the tests of what admins do.
#
#   become_admin                 logs a person in and makes them staff; sets $ADMIN and $ADMIN_ID
#   admin METHOD PATH [CURL ARG…]    one request with $ADMIN, below /api/user/admin/
#   admin_as TOKEN METHOD PATH…  the same with another token
#   patch ID JSON [VERSION]      PATCH with If-Match, by default the present version
#   version_of ID                prints the ETag of a user
#   audit_of ID                  prints action and detail of what was done to a user, a line each, the oldest first
#   state                        prints all rows and keys there are: what may not have changed
#   unchanged WHAT COMMAND…      it changes no row, no session and leaves no audit
#   assert_bad NAME [WHAT]       the last reply is 400 for parameter NAME
#   assert_forbidden [WHAT]      it is 403

become_admin() {
  log_in "$(code person=admin)"
  ADMIN=$token ADMIN_ID=$user
  mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"
}
admin_as() { api "$2" "/api/user/admin/$3" -H "IDTOKEN: $1" "${@:4}"; }
admin() { admin_as "$ADMIN" "$@"; }
version_of() {
  admin GET "users/$1/"
  header ETag
}
patch() { # ID JSON [VERSION]
  admin PATCH "users/$1/" -H "If-Match: ${3:-$(version_of "$1")}" --data-binary "$2"
}
audit_of() { mysql_q "SELECT action, detail FROM user_audit WHERE user_id = $1 ORDER BY id" | tr '\t' ' '; }
state() {
  mysql_q 'SELECT * FROM user_user ORDER BY id; SELECT * FROM user_oauth ORDER BY id; SELECT * FROM user_audit ORDER BY id'
  for key in $(redis_q KEYS 'userToken_*' | sort); do echo "$key $(redis_q HGETALL "$key" | sort | paste -sd ' ')"; done
}
unchanged() {
  local before
  before=$(state)
  "${@:2}"
  assert_eq "all there is, after $1" "$before" "$(state)"
}
assert_bad() { # NAME [WHAT]
  assert_eq "the reply to ${2:-$current_it}" "400 {\"code\":\"params-error\",\"msg\":\"参数 $1 不合法\"}" "$status $body"
  assert_json_headers
}
assert_forbidden() { # [WHAT]
  assert_eq "the reply to ${1:-$current_it}" '403 {"code":1003,"msg":"没有权限"}' "$status $body"
  assert_json_headers
}
