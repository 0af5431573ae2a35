#!/bin/bash
# What makes an intruder's work harder: how the programs are compiled and linked, that endpoints need no rights of their
# own, and that nobody but root can look into them.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

mapfile -t programs < <(every_endpoint; echo scanlogin-admin)

# ---- binaries ----------------------------------------------------------------------------------------

flagged() { # FILE FLAG…: in all of its units that were compiled here, not only in some
  local units flag
  # -a: the compiler notes its command line in the debug data.
  units=$(strings -a "$1" | grep '^GNU C++20' | sort -u)
  assert_contains "how $1 was compiled" 'GNU C++20' "$units"
  for flag in "${@:2}"; do
    assert_eq "units of $1 without $flag" "" "$(grep -vF -- " $flag" <<< "$units" || true)"
  done
}
it "every program is hardened by compiler and linker"
for name in "${programs[@]}"; do
  file=$BUILD_DIR/$name
  flagged "$file" -fstack-protector-strong -fstack-clash-protection -fPIE
  dynamic=$(readelf -Wd "$file") segments=$(readelf -Wl "$file") symbols=$(readelf -W --dyn-syms "$file")
  assert_contains "$name is loaded anywhere (-pie)" ' PIE' "$dynamic"
  assert_contains "$name is bound at its start (-z now)" BIND_NOW "$dynamic"
  assert_contains "$name's tables are read-only then (-z relro)" GNU_RELRO "$segments"
  assert_not_contains "$name has writable code" TEXTREL "$dynamic"
  assert_eq "$name's stack is not executable" RW "$(awk '$1 == "GNU_STACK" { print $7 }' <<< "$segments")"
  assert_contains "$name checks its stack" ' __stack_chk_fail@' "$symbols"
  # A sanitizer has checks of its own in their place.
  [[ $MODE != release ]] || assert_contains "$name checks its copies (_FORTIFY_SOURCE)" _chk@GLIBC \
    "$(grep -v __stack_chk_fail <<< "$symbols")"
done

# ---- rights ------------------------------------------------------------------------------------------

# A user who owns nothing, and whom only what is below grants something. Who is not root is one already.
nobody=65534
if ((EUID == 0)); then
  # The checkout may be where only root can go.
  mkdir "$test_dir/programs"
  find "$BUILD_DIR" -maxdepth 1 -type f -perm /1 -exec cp -t "$test_dir/programs" {} +
  cp -r "$STACK_ROOT/templates" "$STACK_ROOT/tests/sandbox" "$test_dir/"
  BUILD_DIR=$test_dir/programs
  TEMPLATES=$test_dir/templates
  chgrp $nobody "$test_dir"
  chmod 710 "$test_dir"
  # shellcheck disable=SC2034 # for stack.sh
  ENDPOINT_UNDER=("$(command -v setpriv)" --reuid "$nobody" --regid "$nobody" --clear-groups --no-new-privs --bounding-set -all)
  setting SANDBOX_TEMPLATE_DIR="$test_dir/sandbox"
fi
start_stack
((EUID != 0)) || chmod 777 "$STACK_DIR/redis.sock"

it "an endpoint needs no rights: a user who owns nothing, without capabilities, runs them all"
for name in $(every_endpoint); do
  read -r _ user _ < <(grep '^Uid:' "/proc/$(pid_of "$name")/status")
  ((user != 0)) || fail "$name is root"
  assert_eq "$name's capabilities" 'CapEff: 0000000000000000' \
    "$(grep '^CapEff:' "/proc/$(pid_of "$name")/status" | tr -s '\t' ' ')"
done
log_in "$(code person=admin)"
admin=$token
mysql_q 'UPDATE user_user SET is_staff = 1'
log_in "$(code)"
assert_eq "the token" 200 "$(status_of "$token")"
for list in users oauths audit; do
  api GET "/api/user/admin/$list/" -H "IDTOKEN: $admin"
  assert_status 200
done
logout "$token"
assert_logged_out
assert_eq "the token afterwards" '401 无效的token' "$(status_of "$token")"

# ---- memory ------------------------------------------------------------------------------------------

reading() { # PID FILE: tries to, as the user whose process it is
  local as=()
  ((EUID != 0)) || as=(setpriv --reuid "$nobody" --regid "$nobody" --clear-groups)
  "${as[@]}" head -c 1 "/proc/$1/$2" 2>&1 | tr '\0' ' '
}
it "no core is dumped of an endpoint, and its own user's other processes cannot look into it"
for name in $(every_endpoint); do
  pid=$(pid_of "$name")
  assert_contains "$name's limits" 'Max core file size 0 0 bytes' "$(tr -s ' ' < "/proc/$pid/limits")"
  for file in environ mem maps; do
    assert_contains "reading $name's $file" 'Permission denied' "$(reading "$pid" "$file")"
  done
done
# What it looks like where that is not so.
sleep 60 & # a process like any other
sleeper=$!
assert_not_contains "reading one's own" 'Permission denied' "$(head -c 1 "/proc/$sleeper/environ" 2>&1 | tr '\0' ' ')"
kill "$sleeper"
