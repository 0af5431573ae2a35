#!/bin/bash
# The Debian package, from `make deb` to `dpkg --purge`: looked at by lintian, installed into a fresh root of Debian's,
# configured, its endpoints started by systemd's socket activation and then by scanlogin-spawn, a login through its nginx, an
# upgrade of both under load without a failed request, and nothing left in the end but the database.
# Not part of make check under asan: what it looks at is the package.
# Not part of make test: it makes a Debian to install into.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

((EUID == 0)) || { echo "skipped: only root can install a package"; exit 77; }
root=$test_dir/root
# With a /proc of its own, which goes with the last process that has it.
in_root() { # COMMAND…
  # shellcheck disable=SC2016 # the inner shell's
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive http_proxy="$proxy" \
    unshare -m bash -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' bash "$root" "$@" < /dev/null
}
quietly() { "$@" > "$test_dir/said" 2>&1 || fail "$* ended with $?: $(tail -n 20 "$test_dir/said")"; } # COMMAND…
proxy=$(apt-config dump --format '%v' Acquire::http::Proxy)

# ---- a Debian, and the package -------------------------------------------------------------------------

fresh_root() {
  local codename mirror
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # apt's
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$codename //p" | sed 1q)
  http_proxy=$proxy unshare -m debootstrap --variant=minbase --include=nginx-light,logrotate,spawn-fcgi,libfcgi-bin,adduser \
    "$codename" "$root" "$mirror" && in_root apt-get -qq update
}
fresh_root > "$test_dir/debootstrap" 2>&1 & making=$!

it "make deb builds a package in which lintian finds no fault"
package=$STACK_ROOT/$("$STACK_ROOT/tools/deb") || fail "no package"
version=$(< "$STACK_ROOT/VERSION")
assert_eq "its name" "scanlogin_${version}_$(dpkg --print-architecture).deb" "${package##*/}"

it "the version is the same everywhere"
assert_eq "in debian/changelog" "$version" "$(cd "$STACK_ROOT" && dpkg-parsechangelog -S Version)"
assert_eq "in the package" "$version" "$(dpkg-deb -f "$package" Version)"

it "its units are what systemd takes, and give away little"
dpkg-deb -x "$package" "$test_dir/unpacked"
units=$test_dir/unpacked/lib/systemd/system
mapfile -t endpoints < <(every_endpoint)
for name in "${endpoints[@]}"; do
  for kind in socket service; do [[ -f $units/scanlogin-$name.$kind ]] || fail "no unit scanlogin-$name.$kind"; done
  grep -qE "^Wants=.*scanlogin-$name\.socket" "$units/scanlogin.target" || fail "scanlogin.target does not start $name"
done
assert_eq "units" $((2 * ${#endpoints[@]} + 1)) "$(find "$units" -type f | wc -l)"
assert_eq "programs" "$(every_endpoint | sort)" "$(find "$test_dir/unpacked/usr/lib/scanlogin" -type f -printf '%f\n' | sort)"
# They are looked at where they are not installed.
sed -i "s#^ExecStart=#&$test_dir/unpacked#" "$units"/*.service
quietly systemd-analyze verify --man=no "$units"/*
assert_eq "what systemd says of them" '' "$(< "$test_dir/said")"
for file in "$units"/*.service; do
  level=$(systemd-analyze security --offline=true --no-pager "$file" | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
  [[ -n $level && $(awk "BEGIN { print ($level <= 2.0) }") == 1 ]] || fail "${file##*/} has the exposure level '$level'"
  checks=$((checks + 1))
done

it "a second process of an endpoint, as docs/capacity.md has it, gets units that systemd takes"
lines=$(sed -n '/^## Several processes/,/^## /s/^    //p' "$STACK_ROOT/docs/capacity.md")
assert_contains "its lines" 'cd /etc/systemd/system' "$lines"
mkdir "$test_dir/second"
(
  # shellcheck disable=SC2317 # the page's lines call it
  systemctl() { [[ $1 != show ]] || echo "$units/$4"; } # show -P FragmentPath UNIT
  eval "${lines/cd \/etc\/systemd\/system/cd "$test_dir/second"}"
) || fail "the lines do not work: $lines"
quietly systemd-analyze verify --man=no "$units"/* "$test_dir"/second/*
assert_eq "what systemd says of them" '' "$(< "$test_dir/said")"
assert_eq "the socket" 'ListenStream=/run/scanlogin/current-2.sock' "$(grep ListenStream= "$test_dir/second/scanlogin-current-2.socket")"
assert_eq "what the service requires" 'Requires=scanlogin-current-2.socket' "$(grep Requires= "$test_dir/second/scanlogin-current-2.service")"

# ---- servers -----------------------------------------------------------------------------------------

# nginx of the stack is the sandbox's.
start_stack jwks
program_stop jwks
mysql_admin -e 'DROP DATABASE scanlogin; DROP USER scanlogin@localhost'

wait "$making" || fail "no Debian: $(tail -n 20 "$test_dir/debootstrap")"
it "what it depends on is all it needs"
quietly in_root apt-get -qq satisfy --no-install-recommends -y "$(dpkg-deb -f "$package" Depends)"
# What is in Debian's own books, and in logs and caches.
files() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./var/lib/dpkg -o -path ./var/lib/nginx -o -path ./var/cache -o -path ./var/log/dpkg.log -o -path ./root \) -prune -o -printf '%y %p\n' | sort); }
users() { cut -d : -f 1 "$root/etc/passwd" "$root/etc/group" | sort; }
files > "$test_dir/files"
users > "$test_dir/users"
cp "$package" "$root/root/scanlogin.deb"
quietly in_root dpkg -i /root/scanlogin.deb

settings=$root/etc/scanlogin/scanlogin.env
it "the settings are for root and scanlogin alone, with a key of their own; nginx takes its files; nothing runs yet"
assert_eq "the settings" '640 root:scanlogin' "$(in_root stat -c '%a %U:%G' /etc/scanlogin/scanlogin.env)"
key=$(sed -n 's/^SECRET_KEY="\([0-9a-f]*\)"$/\1/p' "$settings")
assert_eq "characters of its key" 64 "${#key}"
quietly in_root nginx -t
[[ ! -e $root/run/scanlogin ]] || fail "something was started: $(ls "$root/run/scanlogin")"
for page in admin migrate spawn; do [[ -s $root/usr/share/man/man1/scanlogin-$page.1.gz ]] || fail "no man page of scanlogin-$page"; done

# ---- configured, as docs/install.md has it ---------------------------------------------------------------

it "its tables are made by scanlogin-migrate"
mysql_admin -e "CREATE DATABASE scanlogin CHARACTER SET utf8mb4; CREATE USER scanlogin@localhost IDENTIFIED BY '$MYSQL_SECRET'"
for server in mysql redis; do ln "$STACK_DIR/$server.sock" "$root/run/$server.sock"; done
quietly in_root scanlogin-migrate --user root --socket /run/mysql.sock up
mysql_admin scanlogin < "$root/usr/share/scanlogin/sql/grants.sql" || fail "grants.sql"

set_in() { # NAME=VALUE…
  local pair
  for pair in "$@"; do
    sed -i "/^#\?${pair%%=*}=/d" "$settings"
    echo "${pair%%=*}='${pair#*=}'" >> "$settings"
  done
}
chmod 777 "$root/run/redis.sock"
redis_q ACL SETUSER scanlogin resetpass '>redis-secret' > "$test_dir/said"
set_in WX_APPID=wx0123456789abcdef WX_SECRET=00112233445566778899aabbccddeeff "WX_API_BASE=$SANDBOX" "WX_OPEN_BASE=$SANDBOX" \
  "WX_JS_URL=$SANDBOX$WX_JS_PATH" MYSQL_SOCKET=/run/mysql.sock "MYSQL_PASSWORD=$MYSQL_SECRET" REDIS_SOCKET=/run/redis.sock \
  REDIS_USER=scanlogin REDIS_PASSWORD=redis-secret
assert_eq "the settings" '640 root:scanlogin' "$(in_root stat -c '%a %U:%G' /etc/scanlogin/scanlogin.env)"

site=$root/etc/nginx/sites-available/default
sed -i -e '/listen \[::\]/d' -e 's/listen 80 default_server;/listen unix:\/run\/site.sock;/' \
  -e 's/^\tserver_name _;/&\n\tinclude snippets\/scanlogin.conf;/' "$site"
quietly in_root nginx -t
in_root nginx
site_nginx() { local pid; read -r pid < "$root/run/nginx.pid" && echo "$pid"; }
end_site() {
  local pid
  for pid in "$supervisor" $(site_nginx 2> /dev/null) $(cat "$root"/run/scanlogin/*.pid 2> /dev/null); do kill "$pid" 2> /dev/null; done
}
supervisor=''
trap 'ended=$?; set +e; end_site; (exit "$ended"); teardown' EXIT
rm "$STACK_DIR/http.sock"
ln -s "$root/run/site.sock" "$STACK_DIR/http.sock"

# ---- systemd, or what it does ------------------------------------------------------------------------------

it "started by systemd's socket activation: somebody logs in, and out, and sees the pages"
# shellcheck disable=SC2016 # the inner shell's
env -i PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' bash "$settings" \
  perl "$LIB/activate.pl" "$root" "${endpoints[@]}" > "$STACK_DIR/log/activate.log" 2>&1 &
supervisor=$!
eventually test -p "$root/run/activate.in"
log_in "$(code person=witness)"
witness=$token
current "$witness"
assert_status 200
log_in "$(code person=leaves)"
logout "$token"
assert_logged_out
for path in /login/ /login/login.js /account/ /api/user/openapi.json /scanlogin/health/current; do
  api GET "$path"
  assert_eq "$path" 200 "$status"
done
for path in /admin/ /api/user/nothing /api/user/docs/; do
  api GET "$path"
  assert_eq "$path" 404 "$status"
done
assert_contains "the log of requests" '"GET /api/user/current/" 200' "$(< "$root/var/log/nginx/scanlogin.log")"

# systemctl as the package calls it: what runs is active, what is restarted keeps its socket.
tell() { echo "$*" > "$root/run/activate.in"; said=$(< "$root/run/activate.out"); }
mkdir -p "$root/run/systemd/system"
cat > "$root/usr/bin/systemctl" << 'END'
#!/bin/sh
echo "$*" >> /run/systemctl.log
for word; do
  shift
  case $word in
    -*) continue ;;
    is-enabled) echo static; exit 1 ;;
    is-active) exit 0 ;;
    try-restart)
      set -- $(for unit; do case $unit in scanlogin-*.service) unit=${unit#scanlogin-}; echo "${unit%.service}" ;; esac; done)
      echo "restart $*" > /run/activate.in
      read -r answer < /run/activate.out
      ;;
  esac
  exit 0
done
END
chmod 755 "$root/usr/bin/systemctl"

upgrade() { # WHAT: under load; sets $before and $after, the processes
  rm -f "$test_dir/enough"
  keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" & load=$!
  asked() { [[ -s $test_dir/answers-current ]]; }
  eventually asked
  quietly in_root dpkg -i /root/scanlogin.deb
  : > "$test_dir/enough"
  wait "$load" || fail "a request failed"
  current "$witness"
  assert_eq "answers to $1" "$body 200" "$(sort -u "$test_dir/answers-current")"
  rm "$test_dir/answers-current"
}
running() { tell pids; tr ' ' '\n' <<< "$said" | sort; }

it "an upgrade restarts each endpoint without a failed request, and leaves the site's own files alone"
mkdir -p "$root/etc/scanlogin/templates/login"
echo 'a page of our own' > "$root/etc/scanlogin/templates/login/login.html"
cp "$STACK_ROOT/templates/wx-login-success.html" "$root/etc/scanlogin/templates/"
sed -i 's/微信登录成功/登录好了/' "$root/etc/scanlogin/templates/wx-login-success.html"
echo '# ours' >> "$root/etc/nginx/snippets/scanlogin.conf"
cp -p "$settings" "$test_dir/settings"
running > "$test_dir/before"
upgrade "an upgrade"
assert_eq "processes that stayed" '' "$(running | comm -12 "$test_dir/before" -)"
assert_not_contains "what systemd was told to restart" .socket "$(grep -w try-restart "$root/run/systemctl.log")"
cmp "$settings" "$test_dir/settings" || fail "the settings are others"
assert_eq "the snippet" '# ours' "$(tail -n 1 "$root/etc/nginx/snippets/scanlogin.conf")"
api GET /login/
assert_eq "the page" '200 a page of our own' "$status $body"
uuid=$(new_uuid)
api GET "$CALLBACK?code=$(code)&state=$uuid"
assert_contains "the page after the scan" '登录好了' "$body"
rm "$root/etc/scanlogin/templates/wx-login-success.html"

# ---- scanlogin-spawn -------------------------------------------------------------------------------------

it "the same with scanlogin-spawn"
tell stop
supervisor=''
rm -r "$root/run/systemd" "$root/usr/bin/systemctl" "$root/run/systemctl.log"
quietly in_root scanlogin-spawn start
current "$witness"
assert_status 200
log_in "$(code person=spawned)"
cat "$root"/run/scanlogin/*.pid | sort > "$test_dir/before"
upgrade "an upgrade of those"
assert_eq "processes that stayed" '' "$(cat "$root"/run/scanlogin/*.pid | sort | comm -12 "$test_dir/before" -)"
read -r user < <(awk '/^Uid:/ { print $2 }' "/proc/$(< "$root/run/scanlogin/current.pid")/status")
assert_eq "whose they are" "$(awk -F : '$1 == "scanlogin" { print $3 }' "$root/etc/passwd")" "$user"

it "an upgrade restarts nothing while a migration is pending, and says so"
cat "$root"/run/scanlogin/*.pid | sort > "$test_dir/before"
mysql_q 'DELETE FROM scanlogin_schema ORDER BY number DESC LIMIT 1'
quietly in_root dpkg -i /root/scanlogin.deb
assert_contains "what it says" 'run scanlogin-migrate up' "$(< "$test_dir/said")"
assert_eq "processes" "$(< "$test_dir/before")" "$(cat "$root"/run/scanlogin/*.pid | sort)"
rm "$root/run/mysql.sock"
quietly in_root dpkg -i /root/scanlogin.deb
assert_contains "what it says without MySQL" 'nobody knows whether the database has migrations pending' "$(< "$test_dir/said")"
assert_eq "processes" "$(< "$test_dir/before")" "$(cat "$root"/run/scanlogin/*.pid | sort)"
ln "$STACK_DIR/mysql.sock" "$root/run/mysql.sock"
quietly in_root scanlogin-migrate --user root --socket /run/mysql.sock up
upgrade "an upgrade afterwards"
assert_eq "processes that stayed" '' "$(cat "$root"/run/scanlogin/*.pid | sort | comm -12 "$test_dir/before" -)"

it "scanlogin-admin takes the settings, and sees who is there"
said=$(in_root sh -c 'set -a; . /etc/scanlogin/scanlogin.env; scanlogin-admin list')
assert_eq "users" 3 "$(grep -c '^ *[0-9]' <<< "$said")"

it "scanlogin-admin check finds nginx's files as the package has them, and the endpoints on their sockets"
said=$(in_root sh -c 'nginx -T > /root/nginx 2> /dev/null; set -a; . /etc/scanlogin/scanlogin.env; scanlogin-admin check --nginx /root/nginx --json' || true)
for what in 'nginx files' endpoints pages secrets 'mysql tables' 'mysql rights' 'redis rights'; do
  assert_eq "$what" well "$(jq -r --arg what "$what" '.checks[] | select(.what == $what) | .state' <<< "$said")"
done

# ---- the end -----------------------------------------------------------------------------------------------

it "removed, its endpoints have ended, and nginx still takes its configuration"
quietly in_root dpkg --remove scanlogin
for file in "$root"/run/scanlogin/*.pid; do [[ ! -e $file ]] || fail "$file is there"; done
quietly in_root nginx -t
[[ -s $settings ]] || fail "the settings are gone"

it "purged, nothing is left but the database"
sed -i '/snippets\/scanlogin.conf/d' "$site"
quietly in_root dpkg --purge scanlogin
quietly in_root nginx -t
kill "$(site_nginx)"
eventually test ! -e "$root/run/site.sock"
rm "$root/run/mysql.sock" "$root/run/redis.sock"
files | grep -vE ' \./(run/nginx\.pid|var/log/nginx/(access|error)\.log|etc/(passwd|group|shadow|gshadow|subuid|subgid)-)$' > "$test_dir/files.after"
grep -vE ' \./(run/nginx\.pid|var/log/nginx/(access|error)\.log|etc/(passwd|group|shadow|gshadow|subuid|subgid)-)$' "$test_dir/files" > "$test_dir/files.before"
assert_eq "files that were not there before" '' "$(comm -13 "$test_dir/files.before" "$test_dir/files.after")"
assert_eq "files that are gone" '' "$(comm -23 "$test_dir/files.before" "$test_dir/files.after")"
assert_eq "users and groups" "$(< "$test_dir/users")" "$(users)"
assert_eq "people in the database" 3 "$(mysql_q 'SELECT COUNT(*) FROM user_user')"
