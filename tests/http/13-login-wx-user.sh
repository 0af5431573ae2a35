#!/bin/bash
# What a login leaves in MySQL: the user it finds or makes, with nickname, picture, gender and times.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

export TZ=Asia/Shanghai # MariaDB's; what the endpoints write is UTC all the same
start_stack login-wx login-wx-callback current

of_user() { mysql_q "SELECT $1 FROM user_user WHERE id = $user"; } # COLUMNS
assert_user() { assert_eq "$1" "$2" "$(of_user "$1")"; } # COLUMN EXPECTED
assert_current() { # FILTER EXPECTED
  current "$token"
  assert_json "$1" "$2"
}
repeated() { printf "%.0s$1" $(seq "$2"); } # TEXT N

it "a new user gets a name of their own, a password that nobody has, and no rights"
log_in "$(code person=new)"
username=$(of_user username)
[[ $username =~ ^user_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$ ]] || fail "$username"
[[ $(of_user password) =~ ^![A-Za-z0-9]{40}$ ]] || fail "password: $(of_user password)"
assert_user "is_active, is_staff, is_superuser" $'1\t0\t0'
assert_user "CONCAT(first_name, last_name, email, phone_number, gender)" ''
assert_user "CONCAT(nickname, ' ', avatar_url)" '用户new https://thirdwx.qlogo.cn/mmopen/vi_32/new/132'
password=$(of_user password)
log_in "$(code)"
assert_eq "as many users as people" 2 "$(mysql_q 'SELECT COUNT(DISTINCT username, password) FROM user_user')"
assert_not_contains "another's password" "$password" "$(of_user password)"

it "joined and logged in now, in UTC"
assert_user "date_joined = last_login" 1
assert_user "ABS(TIMESTAMPDIFF(SECOND, date_joined, UTC_TIMESTAMP())) < 60" 1
assert_eq "times of the identities" 2 "$(mysql_q "SELECT COUNT(*) FROM user_oauth WHERE user_id = $user AND
  created_time = last_mod_time AND ABS(TIMESTAMPDIFF(SECOND, created_time, UTC_TIMESTAMP())) < 60")"

it "gender is 男 for sex 1, 女 for 2, empty for 0"
for pair in 1=男 2=女 0=; do
  log_in "$(code "sex=${pair%=*}")"
  assert_user gender "${pair#*=}"
  assert_current .data.gender "${pair#*=}"
done

it "a known user keeps everything but nickname, picture and last_login"
log_in "$(code person=known.sex=1)"
known=$user
before=$(of_user "username, password, gender, phone_number, date_joined, email, is_active") then=$(of_user last_login)
log_in "$(code "person=known.sex=2.nickname=$(b64 新名字).avatar=$(b64 https://new.example/a?b=c\&d)")"
assert_eq "the user" "$known" "$user"
assert_user nickname 新名字
assert_user avatar_url 'https://new.example/a?b=c&d'
assert_user "username, password, gender, phone_number, date_joined, email, is_active" "$before"
assert_user "last_login > '$then' AND last_login > date_joined" 1

it "and keeps neither when WeChat sends none"
log_in "$(code person=known.nickname=.avatar=)"
assert_user "CONCAT(nickname, avatar_url)" ''

it "a nickname of any characters comes back from current as it was"
for nickname in $'张"三\\' '👨‍👩‍👧‍👦🏳️‍🌈' "<b>&amp;'" 'O\u4e2d %s {{y}}' $'\u202e\u00e9e\u0301' ' both ends '; do
  log_in "$(code "nickname=$(b64 "$nickname")")"
  assert_current .data.nickname "$nickname"
  assert_eq "in MySQL" "$(printf %s "$nickname" | basenc --base16 -w 0)" "$(of_user 'HEX(nickname)')"
done
log_in "$(code "person=emoji.nickname=$(b64 '🐼"小明')")"
current "$token"
assert_body "{\"code\":200,\"data\":{\"id\":$user,\"username\":\"$(of_user username)\",\"nickname\":\"🐼\\\"小明\",$(
  )\"avatar_url\":\"https://thirdwx.qlogo.cn/mmopen/vi_32/emoji/132\",\"gender\":\"\",\"phone_number\":\"\"}}"

it "control characters in a nickname are left out"
log_in "$(code person=control.control)"
assert_user nickname 用户control
assert_current .data.nickname 用户control
log_in "$(code "nickname=$(b64 $'a\tb\nc\x7fd')")"
assert_user nickname abcd

it "bytes that are not UTF-8 fail no login"
log_in "$(code "nickname=$(b64 $'a\xffb')")"
assert_user "nickname LIKE 'a%b'" 1

it "a nickname too long for its column is cut between characters"
log_in "$(code "nickname=$(b64 🐼).nickname-times=1000")"
assert_user nickname "$(repeated 🐼 225)"
for shape in "224 🐼" "224 中" "225 x"; do
  read -r count last <<< "$shape"
  log_in "$(code "nickname=$(b64 "$(repeated a "$count")$last$last")")"
  assert_user nickname "$(repeated a "$count")$( ((count == 225)) || echo "$last")"
done
log_in "$(code "nickname=$(b64 "$(repeated é 125)$(repeated e 100)")")"
assert_user "CHAR_LENGTH(nickname)" 225

it "a picture's URL of 1024 bytes is kept, a longer one is dropped and the login works"
log_in "$(code person=long.avatar-length=1024)"
assert_user "LENGTH(avatar_url)" 1024
log_in "$(code person=long.avatar-length=1025)"
assert_user avatar_url ''
log_in "$(code avatar-length=20000)"
assert_current .data.avatar_url ''

it "what is no http URL is no picture"
for url in 'javascript:alert(1)' 'data:text/html,x' '//evil.example/x' 'https://x/"onerror=' 'https://x/<script>' 'ftp://x/y'; do
  log_in "$(code "avatar=$(b64 "$url")")"
  assert_user avatar_url ''
done
log_in "$(code "avatar=$(b64 http://a.example/x)")"
assert_user avatar_url http://a.example/x

it "a profile without nickname, picture or sex is a profile"
for name in nickname headimgurl sex; do log_in "$(code userinfo-missing=$name)"; done
