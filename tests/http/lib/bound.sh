# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.sh and login.sh, and for the tests
# Sourced, after login.sh, by the tests of logins that are bound to a browser. A browser is a name; its cookies are kept.
#
#   begin BROWSER [CURL ARG…]    begins a login in it; sets $uuid
#   callback BROWSER UUID CODE   WeChat sends it to the callback
#   ask BROWSER UUID             its page polls
#   shows TITLE                  the last reply is a page with that title
#   gives_token                  it has a token; sets $token and $user
#   bound_login BROWSER CODE     all of it; sets $uuid, $token and $user

begin() {
  api POST /api/user/login/wx/ -b "$test_dir/$1.jar" -c "$test_dir/$1.jar" "${@:2}"
  assert_status 200
  uuid=$(jq -r .data.uuid "$body_file")
}
callback() { api GET "/api/user/login/wx/callback/?code=$3&state=$2" -b "$test_dir/$1.jar"; }
ask() { api GET "/api/user/login/wx/?uuid=$2" -b "$test_dir/$1.jar"; }
shows() { assert_contains "the page" "<h1>$1</h1>" "$body"; }
gives_token() {
  token=$(jq -r '.data.token // empty' "$body_file")
  [[ -n $token ]] || fail "no token: $body"
  user=$(part 2 "$token" | jq .id)
}
bound_login() {
  begin "$1"
  callback "$1" "$uuid" "$2"
  shows 微信登录成功
  ask "$1" "$uuid"
  gives_token
}
