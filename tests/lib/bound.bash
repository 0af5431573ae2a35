# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash and login.bash, and for the tests
# A login that is bound to the browser which began it. Sourced after login.bash.
#
# BROWSER is a name, under which the browser's cookies are kept; or the cookies that it sends, scanlogin=…; or empty, of
# one that sends none.
#
#   begin BROWSER [CURL ARG…]      begins a login in it; sets $uuid, and $mine, the cookie that came
#   callback BROWSER UUID [CODE]   WeChat sends it to the callback; without CODE when the person refused
#   ask BROWSER UUID               its page polls
#   bound_login BROWSER CODE       all of it, which has to succeed; sets $uuid, $mine, $token and $user

cookies_of() { # BROWSER: sets $cookies, what curl has to send
  cookies=()
  case $1 in
    '') ;;
    *=*) cookies=(-b "$1") ;;
    *) cookies=(-b "$test_dir/$1.jar") ;;
  esac
}
begin() { # BROWSER [CURL ARG…]
  cookies_of "$1"
  [[ -z $1 || $1 == *=* ]] || cookies+=(-c "$test_dir/$1.jar")
  api POST "$BEGIN" "${cookies[@]}" "${@:2}"
  assert_status 200
  uuid=$(jq -r .data.uuid "$body_file")
  [[ $uuid =~ ^[0-9a-f]{32}$ ]] || fail "not 32 hex digits: $uuid"
  [[ $(header Set-Cookie) =~ ^(scanlogin=[0-9a-f.]+)\; ]] || fail "no cookie: $(header Set-Cookie)"
  mine=${BASH_REMATCH[1]}
}
callback() { # BROWSER UUID [CODE]
  cookies_of "$1"
  api GET "$CALLBACK?${3+code=$3&}state=$2" "${cookies[@]}"
}
ask() { # BROWSER UUID
  cookies_of "$1"
  poll "$2" "${cookies[@]}"
}
bound_login() { # BROWSER CODE
  begin "$1"
  callback "$1" "$uuid" "$2"
  assert_page 微信登录成功
  ask "$1" "$uuid"
  assert_logged_in
}
