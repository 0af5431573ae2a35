#!/bin/bash
# A real Django with models like the module's, its own migrations and its rows: scanlogin-migrate adopts its database, the same
# people log in to the same users, and that Django goes on reading and writing.
# Not part of make check under asan: what it looks at is a database.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/migrations.bash"

setting PROFILE_TRUST_S=0
start_stack login-wx login-wx-callback current
SITE=$test_dir/site
cp -r "$STACK_ROOT/tests/http/data/django" "$SITE"
export SITE_SECRET_KEY=$TEST_SECRET_KEY SITE_DATABASE=$DB SITE_SOCKET=$STACK_DIR/mysql.sock SITE_MIGRATED=0 SITE_SCHOOL=0
export PYTHONPATH=$SITE PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=settings
manage() { /usr/bin/python3 -m django "$@" > "$test_dir/django" 2>&1 || fail "django $1: $(tail -n 20 "$test_dir/django")"; }
django() { /usr/bin/python3 "$SITE/people.py" "$1" 2> "$test_dir/django" || fail "in Django: $(tail -n 5 "$test_dir/django")"; } # CODE

# The ids by which WeChat knows three people.
declare -A UNIONID=()
for person in known other late; do
  log_in "$(code "person=$person")"
  UNIONID[$person]=$(mysql_q "SELECT oauth_id FROM user_oauth WHERE oauth_type = 'weixin' AND user_id = $user")
done
redis_q FLUSHALL > /dev/null

it "Django makes its tables, and people with tokens"
mysql_admin -e "CREATE DATABASE $DB CHARACTER SET utf8mb4"
manage makemigrations --noinput user
manage migrate
read -r KNOWN OTHER BOSS <<< "$(django "
boss = User.objects.create_superuser('boss', 'boss@example.com', 'the boss', nickname='老板')
known = scanned('${UNIONID[known]}', 'user_known', nickname='张三 🐼', gender='男', avatar='http://thirdwx.qlogo.cn/1', phone='13800000000')
other = scanned('${UNIONID[other]}', 'user_other', nickname='李四', gender='女')
print(known.id, other.id, boss.id)")"
TOKEN=$(django "print(get_token(User.objects.get(id=$KNOWN)))")

it "a person whom two requests made twice is reported, and the database stays Django's"
django "Oauth(oauth_type='weixin', oauth_id='${UNIONID[other]}', user_id=$BOSS).save()"
before=$(whole)
migration up
assert_eq "its status ($complained)" 1 "$ended"
assert_contains "what it says" "of the users $OTHER,$BOSS" "$said"
assert_contains "what it says" 'STOPPED, nothing was changed' "$said"
assert_eq "all there is" "$before" "$(whole)"
assert_eq "what Django reads" 2 "$(django "print(Oauth.objects.filter(oauth_id='${UNIONID[other]}').count())")"
manage makemigrations --check
django "Oauth.objects.filter(user_id=$BOSS).delete()"

it "scanlogin-migrate adopts it"
django "show([u for u in User.objects.order_by('id').values_list('id', 'username', 'password', 'email', 'nickname', 'gender',
  'avatar', 'phone', 'is_staff', 'is_superuser', 'is_active', 'date_joined', 'last_login')])" > "$test_dir/before"
migration up --dry-run
assert_eq "a dry run ($said $complained)" 0 "$ended"
migration up
assert_eq "its status ($said $complained)" 0 "$ended"
assert_eq "what differs from schema.sql" '' "$(diff <(shape scanlogin number) <(shape $DB number))"

it "Django takes the new names over, as docs/from-django.md has it, and reads what was there"
export SITE_MIGRATED=1
manage makemigrations --noinput user
manage migrate --fake user
manage makemigrations --check
manage check
django "show([u for u in User.objects.order_by('id').values_list('id', 'username', 'password', 'email', 'nickname', 'gender',
  'avatar_url', 'phone_number', 'is_staff', 'is_superuser', 'is_active', 'date_joined', 'last_login')])" > "$test_dir/after"
assert_eq "its people" "$(< "$test_dir/before")" "$(< "$test_dir/after")"
assert_eq "the boss's password" "$BOSS" "$(django "print(authenticate(username='boss', password='the boss').id)")"

for table in user_user user_oauth user_audit; do
  mysql_admin -e "GRANT SELECT, INSERT, UPDATE, DELETE ON $DB.$table TO scanlogin@localhost"
done
mysql_admin -e "GRANT SELECT ON $DB.scanlogin_schema TO scanlogin@localhost"
setting "MYSQL_DATABASE=$DB"
for name in login-wx current; do endpoint_replace $name || fail "no $name on it"; done

it "a token of Django's is a good signature without a session: its owner is asked to log in, once"
current "$TOKEN"
assert_denied unknown
current "${TOKEN%?????}AAAAA"
assert_denied malformed

it "the same people log in to the same users"
log_in "$(code person=known)"
assert_eq "the user" "$KNOWN" "$user"
current "$token"
assert_status 200
assert_json '[.data.id, .data.username, .data.phone_number, .data.gender]' "[$KNOWN,\"user_known\",\"13800000000\",\"男\"]"
log_in "$(code person=other)"
assert_eq "the user" "$OTHER" "$user"
OTHER_TOKEN=$token
log_in "$(code "nickname=$(b64 '🐼熊猫')")"
NEW=$user
assert_eq "users" 4 "$(django 'print(User.objects.count())')"

it "Django reads what scanlogin wrote, and its check takes scanlogin's token"
assert_eq "the new user" "[\"🐼熊猫\",true,false,[\"weixin\",\"wx_openid\"]]" "$(django "
user = User.objects.get(id=$NEW)
show([user.nickname, user.is_active, user.is_staff, sorted(o.oauth_type for o in user.contained_oauths.all())])" | jq -c .)"
assert_eq "who the token says it is" "[$OTHER,\"user_other\"]" "$(django "
claims = check_token('$OTHER_TOKEN')
show([claims['id'], claims['username']])" | jq -c .)"

it "what Django writes is what scanlogin goes by"
LATE=$(django "
late = scanned('${UNIONID[late]}', 'user_late', nickname='王五 😀')
user = User.objects.get(id=$OTHER)
user.phone_number = '13900000000'
user.save()
print(late.id)")
current "$OTHER_TOKEN"
assert_json .data.phone_number 13900000000
log_in "$(code person=late)"
assert_eq "the user" "$LATE" "$user"
LATE_TOKEN=$token
django "User.objects.filter(id=$OTHER).update(is_active=False)"
current "$OTHER_TOKEN"
assert_denied disabled
django "User.objects.get(id=$LATE).delete()"
current "$LATE_TOKEN"
assert_denied unknown
assert_eq "what is left of them" 0 "$(db_sql "SELECT COUNT(*) FROM user_oauth WHERE user_id = $LATE")"
log_in "$(code person=late)"
((user != LATE)) || fail "a user who was deleted is back"

it "the unique key keeps Django from making a person twice"
assert_contains "what it is told" 'Duplicate entry' "$(django "
from django.db import IntegrityError
try:
    scanned('${UNIONID[known]}', 'user_twice')
except IntegrityError as error:
    print(error)")"

it "Django's next migration of its own goes through, and scanlogin with it"
export SITE_SCHOOL=1
manage makemigrations --noinput user
manage migrate
django "User.objects.filter(id=$KNOWN).update(school='清华')"
log_in "$(code person=known)"
assert_eq "the user" "$KNOWN" "$user"
assert_eq "the school" 清华 "$(django "print(User.objects.get(id=$KNOWN).school)")"
migration status
assert_eq "the status ($said)" 0 "$ended"
