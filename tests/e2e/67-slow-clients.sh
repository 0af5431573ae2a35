#!/bin/bash
# Clients that connect and say nothing, that send a byte at a time, that hang up in the middle of a reply: the others,
# whose every answer is judged meanwhile, notice nothing, and nothing of it stays behind.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/load.bash"

SILENT=1000
start_stack
become_admin
mysql_q 'INSERT INTO user_user (password, username, date_joined, nickname, avatar_url)
  SELECT "!", CONCAT("many_", seq), "2023-01-01", CONCAT("many", seq), REPEAT("x", 500) FROM seq_1_to_5000'
mapfile -t endpoints < <(every_endpoint)

mkfifo "$test_dir/never"
exec 5<> "$test_dir/never" # a standard input from which nothing comes
silent() { # NAME: so many connections to NAME.sock
  perl "$LIB/fcgi.pl" "$STACK_DIR/$1.sock" idle $SILENT < "$test_dir/never" \
    > "$test_dir/silent-$1" 5>&- &
  holding+=($!)
  eventually grep -q ready "$test_dir/silent-$1" || fail "no $SILENT connections to $1"
}
slow() { # WHAT COUNT, the request on standard input
  perl "$LIB/slow.pl" "$STACK_DIR/http.sock" "$@"
}
request() { # METHOD PATH [BODY]
  printf '%s /api/user/%s HTTP/1.1\nHost: localhost\nIDTOKEN: %s\nIf-Match: "x"\nContent-Length: %d\n\n%s' "$1" "$2" \
    "$ADMIN" "${#3}" "$3"
}
descriptors() { find "/proc/$1/fd" -mindepth 1 | wc -l; }
threads() { find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l; }

load_start 3
declare -A pid=() descriptors_before=() threads_before=()
for name in "${endpoints[@]}"; do
  pid[$name]=$(pid_of "$name")
  descriptors_before[$name]=$(descriptors "${pid[$name]}")
  threads_before[$name]=$(threads "${pid[$name]}")
done

it "$SILENT connections that send nothing, to nginx and to endpoints' own sockets"
holding=()
for name in http current login-wx admin-users; do silent "$name"; done
(($(descriptors "${pid[current]}") > SILENT)) || fail "current does not hold them"
well_again "$SILENT silent clients each"
kill "${holding[@]}"
well_again "they are gone"

it "bodies that come a byte at a time are answered when they are there"
assert_eq "PATCH" "40 x 412" "$(request PATCH "admin/users/$ADMIN_ID/" '{"nickname":"slow"}' | slow drip 40)"
assert_eq "POST" "40 x 401" "$(request POST logout/ x=y | sed 's/^IDTOKEN: .*/IDTOKEN: x/' | slow drip 40)"

it "clients that hang up in the middle of a long reply, or before a short one"
request GET 'admin/users/?format=csv' '' | slow part 40
for path in current/ login/wx/?uuid=u; do request GET "$path" '' | slow nothing 200; done
for name in current login-wx admin-users; do
  perl "$LIB/fcgi.pl" "$STACK_DIR/$name.sock" hangup 200 uuid=u
done
well_again "hang-ups"
admin GET 'users/?format=csv'
assert_eq "rows for a client that stays" 1 $(($(wc -l < "$body_file") > 5000))

it "nobody noticed, and nothing stays behind"
load_end
assert_contains "the load" ', 0 unavailable' "$said"
# Connections to the backends, at the most so many, and nginx's kept ones may have been added.
back() { # NAME
  (($(descriptors "${pid[$1]}") <= descriptors_before[$1] + 50 && $(threads "${pid[$1]}") <= threads_before[$1] + 2))
}
for name in "${endpoints[@]}"; do
  assert_eq "the process of $name" "${pid[$name]}" "$(pid_of "$name")"
  eventually back "$name" || fail "$name: $(descriptors "${pid[$name]}") descriptors, before ${descriptors_before[$name]}; $(
    )$(threads "${pid[$name]}") threads, before ${threads_before[$name]}"
done
