#!/bin/bash
# `make install` and `make uninstall`: what the one puts there the other takes away, and nothing else.
# Not part of make check under asan: what it looks at is files.
. "$(dirname "$0")/../lib/setup.bash"

dest=$test_dir/dest
made() { # TARGET [VARIABLE=VALUE…]: make, with two programs for all of them
  said=$(env -u MAKEFLAGS -u MAKELEVEL make -s -C "$STACK_ROOT" -o programs "$1" MODE="$MODE" DESTDIR="$dest" ENDPOINTS="build/$MODE/current build/$MODE/logout" "${@:2}" 2>&1)
}
files() { (cd "$dest" && find . | sort); }

it "installed and uninstalled, nothing is left"
mkdir "$dest"
made install || fail "$said"
assert_eq "what it says" '' "$said"
for file in bin/scanlogin-{admin,migrate,spawn} libexec/scanlogin/{current,logout} share/man/man1/scanlogin-{admin,migrate,spawn}.1 \
  share/scanlogin/{scanlogin.env.example,logrotate,openapi.json,nginx/scanlogin-locations.conf,redis/scanlogin-user.conf,sql/schema.sql} \
  share/scanlogin/{sql/migrations/0000-tables.sql,providers/github.json} \
  share/scanlogin/systemd/{scanlogin.target,scanlogin-{current,logout}.{socket,service}} \
  share/scanlogin/templates/{login/login.html,docs/docs.html,shared/scanlogin.js,wx-login-success.html}; do
  [[ -s $dest/usr/local/$file ]] || fail "$file was not installed"
done
assert_contains "the target" 'Wants=scanlogin-current.socket scanlogin-logout.socket' "$(< "$dest/usr/local/share/scanlogin/systemd/scanlogin.target")"
assert_eq "places that were not filled in" '' "$(grep -rlE '@(NAME|SOCKETS)@' "$dest" || true)"
made uninstall || fail "$said"
assert_eq "what is left" . "$(files)"
made uninstall && fail "uninstalled twice"
assert_contains "what it says" 'nothing is installed here' "$said"

it "below another PREFIX everything names that one"
made install PREFIX=/opt/scanlogin || fail "$said"
assert_eq "files that name /usr/local" '' "$(grep -rIl /usr/local "$dest" --include='*' --exclude-dir=libexec || true)"
for setting in TEMPLATE_DIR='"/etc/scanlogin/templates:/opt/scanlogin/share/scanlogin/templates"' PROVIDER_DIR='"/opt/scanlogin/share/scanlogin/providers"'; do
  grep -qxF "$setting" "$dest/opt/scanlogin/share/scanlogin/scanlogin.env.example" || fail "the example does not have $setting"
done
made uninstall PREFIX=/opt/scanlogin || fail "$said"
assert_eq "what is left" . "$(files)"

it "what was there before stays, and what somebody has put there since"
mkdir -p "$dest/usr/local/bin" "$dest/usr/local/share/man"
touch "$dest/usr/local/bin/other"
files > "$test_dir/files"
made install || fail "$said"
touch "$dest/usr/local/share/scanlogin/templates/login/mine.html"
made install || fail "$said" # once more, over itself
made uninstall || fail "$said"
assert_eq "what is left" "$({ cat "$test_dir/files"; for path in '' /scanlogin{,/templates{,/login{,/mine.html}}}; do echo "./usr/local/share$path"; done; } | sort -u)" "$(files)"
rm -r "$dest"
mkdir "$dest"

it "a later version removes what it has no more"
made install || fail "$said"
share=$dest/usr/local/share/scanlogin
mkdir "$share/old"
touch "$share/old/file"
printf '%s\n' /usr/local/share/scanlogin/old/ /usr/local/share/scanlogin/old/file >> "$share/installed"
made install || fail "$said"
[[ ! -e $share/old/file ]] || fail "it is still there"
made uninstall || fail "$said"
assert_eq "what is left" . "$(files)"
