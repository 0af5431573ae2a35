#!/bin/bash
# Whose account a login is: found by the unionid, else by the openid, and both are on record afterwards.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack login-wx login-wx-callback

openid() { echo "o6_$(sha256 "openid:$1" | cut -c 1-25)"; } # PERSON
unionid() { echo "o6-$(sha256 "unionid:$1" | cut -c 1-25)"; }
identities() { # USER
  mysql_q "SELECT CONCAT(oauth_type, ' ', oauth_id) FROM user_oauth WHERE user_id = $1 ORDER BY oauth_type"
}
both() { printf 'weixin %s\nwx_openid %s' "$(unionid "$1")" "$(openid "$2")"; } # UNIONID'S PERSON, OPENID'S
upper() { tr '[:lower:]' '[:upper:]'; }
make_user() { # TYPE ID: an account with this identity; prints its id
  mysql_q "INSERT INTO user_user (password, username, date_joined) VALUES ('!', UUID(), NOW());
    INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
    VALUES ('$1', '$2', NOW(), NOW(), LAST_INSERT_ID()); SELECT MAX(id) FROM user_user"
}
is_user() { # EXPECTED CODE
  log_in "$2"
  assert_eq "the user of $2" "$1" "$user"
}

it "a new person has both identities, once, however often they log in"
log_in "$(code person=a)"
a=$user
assert_eq identities "$(both a a)" "$(identities "$a")"
is_user "$a" "$(code person=a)"
assert_eq identities "$(both a a)" "$(identities "$a")"
assert_eq users 1 "$(mysql_q 'SELECT COUNT(*) FROM user_user')"

it "a unionid in one of WeChat's two replies is enough"
log_in "$(code person=first.userinfo-missing=unionid)"
assert_eq identities "$(both first first)" "$(identities "$user")"
log_in "$(code person=second.missing=unionid)"
assert_eq identities "$(both second second)" "$(identities "$user")"

it "an account that has the unionid alone gains the openid"
django=$(make_user weixin "$(unionid old)")
is_user "$django" "$(code person=old)"
assert_eq identities "$(both old old)" "$(identities "$django")"

it "an account found by unionid gains the openid of another app"
is_user "$a" "$(code person=a.openid=a-elsewhere)"
assert_eq identities "$(both a a)"$'\n'"wx_openid $(openid a-elsewhere)" \
  "$(mysql_q "SELECT CONCAT(oauth_type, ' ', oauth_id) FROM user_oauth WHERE user_id = $a ORDER BY id")"
is_user "$a" "$(code openid=a-elsewhere.nounionid)"

it "without a unionid the openid is the person; the unionid is gained when it comes"
log_in "$(code person=o.nounionid)"
o=$user
assert_eq identities "wx_openid $(openid o)" "$(identities "$o")"
is_user "$o" "$(code person=o.nounionid)"
is_user "$o" "$(code person=o)"
assert_eq identities "$(both o o)" "$(identities "$o")"
is_user "$o" "$(code person=o.openid=o2)"

it "where the two name different users the unionid wins, nothing is moved, and the log tells"
log_in "$(code person=b)"
b=$user
before=$(mysql_q 'SELECT * FROM user_oauth') nickname=$(mysql_q "SELECT nickname FROM user_user WHERE id = $b")
is_user "$a" "$(code "person=a.openid=b.nickname=$(b64 clash)")"
assert_eq "the identities" "$before" "$(mysql_q 'SELECT * FROM user_oauth')"
assert_eq "the other's nickname" "$nickname" "$(mysql_q "SELECT nickname FROM user_user WHERE id = $b")"
warning=$(grep ' warning ' "$(log_of login-wx)")
assert_contains "the warning" " user=$a other_user=$b" "$warning"
assert_eq "warnings" 1 "$(wc -l <<< "$warning")"
is_user "$b" "$(code person=b)"

it "a unionid and an openid of the same text are not the same identity"
other=$(make_user weixin "$(openid same)")
log_in "$(code person=same.nounionid)"
assert_not_contains "the users" " $user " " $other "

it "identities that differ in case are different people"
other=$(make_user wx_openid "$(openid case | upper)")
make_user weixin "$(unionid case | upper)" > "$test_dir/ignored"
log_in "$(code person=case)"
((user > other + 1)) || fail "logged in as $user, whose openid is written otherwise"
assert_eq identities "$(both case case)" "$(identities "$user")"

it "spaces behind an identity are nothing to the unique key, and to a login neither"
spaced=$(make_user weixin "$(unionid spaced)  ")
make_user wx_openid "$(openid spaced) " > "$test_dir/ignored"
log_in "$(code person=spaced)"
assert_eq user "$spaced" "$user"

it "also in a table that Django made, which compares without case and knows no unique identity"
mysql_q 'ALTER TABLE user_oauth DROP KEY user_oauth_type_id_uniq, MODIFY oauth_id varchar(200)
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL'
other=$(make_user weixin "$(unionid ci | upper)")
log_in "$(code person=ci)"
assert_not_contains "the users" " $user " " $other "
is_user "$user" "$(code person=ci)"

it "a user whose account is deleted is a new one afterwards"
mysql_q "DELETE FROM user_user WHERE id = $b"
assert_eq "what is left of it" '' "$(identities "$b")"
log_in "$(code person=b)"
((user > b)) || fail "the deleted user $user logged in"
