#!/bin/bash
# The lists: what an item shows, every order walked through by cursor, filters, searches, and parameters that are
# refused. http: admin-csv has the same as CSV.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin
mysql_q 'INSERT INTO user_user (password, username, date_joined, last_login, nickname, phone_number, is_active, is_staff)
  SELECT "!", CONCAT("bulk_", seq),
    TIMESTAMPADD(MICROSECOND, seq DIV 3, TIMESTAMPADD(DAY, seq DIV 10, "2020-01-01")),
    IF(seq % 3 = 0, NULL, TIMESTAMPADD(DAY, seq DIV 7, "2021-01-01")),
    CONCAT("n", LPAD(seq DIV 8, 3, "0")), IF(seq % 2, "", CONCAT("1380000", seq DIV 4)), seq % 5 <> 0, seq % 9 = 0
    FROM seq_1_to_60'
mysql_q 'INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT IF(n, "weixin", "wx_openid"), CONCAT("bulkid-", n, "-", u.id, "-"),
    TIMESTAMPADD(DAY, u.id DIV 6, "2020-01-01"), TIMESTAMPADD(DAY, 99 - u.id DIV 9, "2020-01-01"), u.id
    FROM user_user u JOIN (SELECT 0 AS n UNION SELECT 1) AS n WHERE u.username LIKE "bulk%"'
special() { # NICKNAME USERNAME [PHONE]
  mysql_admin scanlogin <<< "INSERT INTO user_user (password, username, date_joined, nickname, phone_number)
    VALUES ('!', '$2', '2022-02-02', '$1', '${3:-}')"
}

# The ids of all parts, one after the other, with their bounds in $parts.
walk() { # LIST QUERY LIMIT
  local cursor='' parts=0 ids=() part
  while ((++parts < 400)); do
    admin GET "$1/?$2&limit=$3${cursor:+&cursor=$cursor}"
    assert_status 200
    mapfile -t part < <(jq -r '([.data.items[].id] | tojson), .data.next // "", (.data.items | length)' "$body_file")
    ids+=("${part[0]}") cursor=${part[1]}
    [[ -n $cursor ]] || break
    assert_eq "items of a part" "$3" "${part[2]}"
  done
  walked=$(printf '%s' "${ids[@]}" | jq -sc add)
}
expect_ids() { # SQL
  mysql_q "$1" | jq -sc .
}
NULL='null'
ITEM='["id","username","nickname","avatar_url","gender","phone_number","date_joined","last_login","is_active","is_staff","is_superuser"]'

it "an item shows these members in this order, and the table's values"
admin GET 'users/?limit=1'
assert_json '.data.items[0] | keys_unsorted' "$ITEM"
assert_json '. | [keys_unsorted, .code, (.data | keys_unsorted)]' '[["code","data"],200,["items","next"]]'
assert_json_headers
admin GET 'users/?q=bulk_3&limit=1'
id=$(jq .data.items[0].id "$body_file")
assert_json '.data.items[0]' "{\"id\":$id,\"username\":\"bulk_3\",\"nickname\":\"n000\",\"avatar_url\":\"\",\"gender\":\"\",$(
  )\"phone_number\":\"\",\"date_joined\":\"2020-01-01T00:00:00.000001Z\",\"last_login\":null,\"is_active\":true,$(
  )\"is_staff\":false,\"is_superuser\":false}"
admin GET 'oauths/?q=bulkid-1&limit=1'
assert_json '.data.items[0] | keys_unsorted' '["id","user","oauth_type","oauth_id","created_time","last_mod_time"]'
assert_json '.data.items[0] | [.user, .oauth_type, .oauth_id, .created_time]' \
  "$(mysql_q 'SELECT JSON_ARRAY(user_id, "weixin", oauth_id, DATE_FORMAT(created_time, "%Y-%m-%dT%T.%fZ")) FROM user_oauth
    WHERE oauth_id LIKE "bulkid-1%" ORDER BY id LIMIT 1' | jq -c .)"
admin GET 'audit/?limit=1'
assert_json '.data.items[0] | keys_unsorted' '["id","at","action","user","actor","actor_name","address","user_agent","detail"]'
assert_json '.data.items[0] | [.action, .user, .actor, .detail]' "[\"login\",$ADMIN_ID,null,{\"new\":true}]"

it "each order, both ways, is walked through without a gap or a double"
for order in username nickname phone_number date_joined last_login; do
  walk users "ordering=$order" 7
  assert_eq "users by $order" "$(expect_ids "SELECT id FROM user_user ORDER BY $order, id")" "$walked"
  walk users "ordering=-$order" 11
  assert_eq "users by -$order" "$(expect_ids "SELECT id FROM user_user ORDER BY $order DESC, id DESC")" "$walked"
done
walk users '' 13
assert_eq "users by id" "$(expect_ids 'SELECT id FROM user_user ORDER BY id')" "$walked"
walk users ordering=-id 1
assert_eq "users by -id" "$(expect_ids 'SELECT id FROM user_user ORDER BY id DESC')" "$walked"
for order in id created_time last_mod_time; do
  walk oauths "ordering=$order" 9
  assert_eq "identities by $order" "$(expect_ids "SELECT id FROM user_oauth ORDER BY $order, id")" "$walked"
  walk oauths "ordering=-$order" 17
  assert_eq "identities by -$order" "$(expect_ids "SELECT id FROM user_oauth ORDER BY $order DESC, id DESC")" "$walked"
done
for _ in 1 2 3 4 5; do log_in "$(code person=often)"; done
walk audit '' 2
assert_eq "audit" "$(expect_ids 'SELECT id FROM user_audit ORDER BY id DESC')" "$walked"
for order in at -at; do
  walk audit "ordering=$order" 3
  assert_eq "audit by $order" "$(expect_ids "SELECT id FROM user_audit ORDER BY at$([[ $order == at ]] || echo ' DESC'),
    id$([[ $order == at ]] || echo ' DESC')")" "$walked"
done
walk audit ordering=id 3
assert_eq "audit by id" "$(expect_ids 'SELECT id FROM user_audit ORDER BY id')" "$walked"

it "a full last part has no next; a part that has rows behind it does"
admin GET "users/?limit=$(mysql_q 'SELECT COUNT(*) FROM user_user')"
assert_json .data.next $NULL
admin GET "users/?limit=$(mysql_q 'SELECT COUNT(*) - 1 FROM user_user')"
assert_json '.data.next | type' string
admin GET 'users/?q=nobody-is-called-so'
assert_json .data '{"items":[],"next":null}'

it "what comes in between two parts moves nothing that was not seen"
admin GET 'users/?ordering=nickname&limit=20'
cursor=$(jq -r .data.next "$body_file") last=$(jq .data.items[-1].id "$body_file")
special aaa-before walk-before
special zzz-behind walk-behind
admin GET "users/?ordering=nickname&limit=200&cursor=$cursor"
assert_json '[.data.items[].username | select(startswith("walk"))]' '["walk-behind"]'
assert_json "[.data.items[].id] | index($last)" $NULL

it "a filter leaves what satisfies it, alone and with others, in an order and a search"
filtered() { # LIST QUERY SQL
  walk "$1" "$2" 8
  assert_eq "$1 with $2" "$(expect_ids "$3")" "$walked"
}
filtered users is_active=0 'SELECT id FROM user_user WHERE is_active = 0 ORDER BY id'
filtered users 'is_active=1&is_staff=1' 'SELECT id FROM user_user WHERE is_active AND is_staff ORDER BY id'
filtered users 'is_staff=0&ordering=-last_login' 'SELECT id FROM user_user WHERE is_staff = 0 ORDER BY last_login DESC, id DESC'
filtered users 'date_joined__gte=2020-01-03&date_joined__lt=2020-01-05' \
  'SELECT id FROM user_user WHERE date_joined >= "2020-01-03" AND date_joined < "2020-01-05" ORDER BY id'
filtered users 'date_joined__lt=2020-01-02T00:00:00.000004Z' \
  'SELECT id FROM user_user WHERE date_joined < "2020-01-02 00:00:00.000004" ORDER BY id'
filtered users 'last_login__gte=2021-01-03&last_login__lt=2021-01-06' \
  'SELECT id FROM user_user WHERE last_login >= "2021-01-03" AND last_login < "2021-01-06" ORDER BY id'
filtered users 'q=n00&is_active=1&ordering=-date_joined' \
  'SELECT id FROM user_user WHERE nickname LIKE "n00%" AND is_active ORDER BY date_joined DESC, id DESC'
filtered oauths "user=$id" "SELECT id FROM user_oauth WHERE user_id = $id ORDER BY id"
filtered oauths 'oauth_type=weixin&ordering=-created_time' \
  'SELECT id FROM user_oauth WHERE oauth_type = "weixin" ORDER BY created_time DESC, id DESC'
filtered oauths 'oauth_type=wx_openid&q=bulkid' \
  'SELECT id FROM user_oauth WHERE oauth_type = "wx_openid" AND oauth_id LIKE "bulkid%" ORDER BY id'
filtered audit action=replaced 'SELECT id FROM user_audit WHERE action = "replaced" ORDER BY id DESC'
filtered audit "user=$ADMIN_ID&ordering=id" "SELECT id FROM user_audit WHERE user_id = $ADMIN_ID ORDER BY id"
at=$(mysql_q 'SELECT DATE_FORMAT(at, "%Y-%m-%dT%T.%fZ") FROM user_audit ORDER BY id LIMIT 1 OFFSET 4')
filtered audit "at__gte=$at" "SELECT id FROM user_audit WHERE at >= '${at%Z}' ORDER BY id DESC"
filtered audit "at__lt=$at" "SELECT id FROM user_audit WHERE at < '${at%Z}' ORDER BY id DESC"
patch "$id" '{"gender":"男"}'
filtered audit "actor=$ADMIN_ID" "SELECT id FROM user_audit WHERE actor_id = $ADMIN_ID"
admin GET "audit/?actor=$ADMIN_ID"
assert_json '.data.items | length' 1

it "a search finds what begins so in each place, each user once"
special '100%真' pct_a 13911112222
special '100x' pctXa
special 'a_b' under
special 'axb' under2
special 'back\\\\slash' back
special "it\\'s \"quoted\"" quotes
special '😀笑' emoji
special 'MixedCase' Mixed-Name
found() { # TEXT USERNAME…
  admin GET "users/?q=$(jq -rn --arg q "$1" '$q | @uri')&limit=200"
  assert_status 200
  assert_json '[.data.items[].username] | sort | join(" ")' "$(printf '%s\n' "${@:2}" | sort | paste -sd ' ')"
}
found '100%' pct_a
found '100' pct_a pctXa
found pct_a pct_a
found a_b under
BACKSLASH=$(printf '\134')
found "back$BACKSLASH" back
found "$BACKSLASH"
found %
found _
found "it's" quotes
found 'it'\''s "q' quotes
found '"'
found 😀笑 emoji
found mixedcase Mixed-Name
found MIXED-N Mixed-Name
found 1391111 pct_a
found 笑
found "bulkid-0-$id-" bulk_3
found "BULKID-0-$id-"
admin GET "oauths/?q=bulkid-1-$id-"
assert_json '[.data.items[].oauth_id]' "[\"bulkid-1-$id-\"]"
admin GET "oauths/?q=bulkid_"
assert_json .data.items '[]'
for order in id -nickname last_login; do
  walk users "q=bulkid&ordering=$order" 7
  assert_eq "users by either identity, $order" "$(expect_ids "SELECT id FROM user_user WHERE username LIKE 'bulk\\_%'
    ORDER BY $(sed -E 's/^-(.*)/\1 DESC/' <<< "$order"), id $([[ $order != -* ]] || echo DESC)")" "$walked"
done

it "a search that finds very many finds them all, in their order"
mysql_q 'INSERT INTO user_user (password, username, date_joined, nickname)
  SELECT "!", CONCAT("many_", seq), "2023-01-01", CONCAT("many", seq DIV 2) FROM seq_1_to_6200;
  INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT "weixin", CONCAT("many-", id), "2023-01-01", "2023-01-01", id FROM user_user WHERE username LIKE "many%"'
walk users 'q=many&ordering=-nickname' 200
assert_eq "many" "$(expect_ids 'SELECT id FROM user_user WHERE username LIKE "many%" ORDER BY nickname DESC, id DESC')" "$walked"

it "a parameter that is unknown, or bad, is 400 and named"
bad() { # LIST NAME QUERY
  admin GET "$1/?$3"
  assert_bad "$2" "$1/?$3"
}
bad users nonsense nonsense=1
bad users ordering ordering=gender
bad users limit limit=201
bad users is_active is_active=yes
bad users date_joined__gte date_joined__gte=2026-02-30
bad users q "q=$(printf 'a%.0s' {1..101})"
bad users q q=%FF
bad users cursor cursor=forged
bad oauths is_active is_active=1
bad oauths user user=x
bad audit q q=x
bad audit ordering ordering=action
bad audit format format=xml
admin GET 'users/?limit=2'
for query in "ordering=-id&cursor=" "ordering=nickname&cursor="; do
  bad users cursor "$query$(jq -r .data.next <<< "$body")"
  admin GET 'users/?limit=2'
done
for value in garbage 2026-13-01 ''; do
  bad users cursor "ordering=last_login&cursor=$(b64 "{\"ordering\":\"last_login\",\"id\":1,\"at\":\"$(b64 "$value")\"}")"
done
admin GET "users/?ordering=username&limit=1&cursor=$(b64 "{\"ordering\":\"username\",\"id\":1,\"at\":\"$(b64 "' OR 1=1 -- ")\"}")"
assert_status 200

it "HEAD is GET without its body"
admin GET 'users/?limit=3'
length=$(wc -c < "$body_file")
admin HEAD 'users/?limit=3'
assert_eq "status and length" "200 $length" "$status $(header Content-Length)"
