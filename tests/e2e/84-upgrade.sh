#!/bin/bash
# The release before this one and this one side by side, on one Redis and one database: each endpoint is replaced by the
# other release's and back while people log in and out, and not one request fails; nobody is logged out, and a login that
# one release begins the other ends.
# Not part of make check under asan: the release before is built once, for speed.
# Not part of make test: it compiles the release before.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/load.bash"

# The last commit of the release before.
BEFORE=c4cc13fa4af6
programs=() new=$BUILD_DIR old=$test_dir/before/build/release

it "the release before is built"
mkdir -p "$old"
if git -C "$STACK_ROOT" cat-file -e "$BEFORE^{commit}" 2> /dev/null; then
  git -C "$STACK_ROOT" archive "$BEFORE" | tar -x -C "$test_dir/before"
  # Nobody measures it, so that it is built soon counts for more than that it is fast.
  for name in $(every_endpoint); do programs+=("build/release/$name"); done
  env -u MAKEFLAGS -u MAKELEVEL MODE=release CCACHE_BASEDIR="$test_dir/before" make -C "$test_dir/before" -s \
    OPTIMISE_release=-O0 "${programs[@]}" > "$test_dir/built" 2>&1 || fail "$(tail "$test_dir/built")"
else
  # Without the history this release takes its place: what is left to see is that it can be replaced by itself.
  echo "figure: upgrade: the release before is not in this copy of the project"
  cp "$new"/* "$old" 2> /dev/null || true
  ln -s "$STACK_ROOT/tests" "$STACK_ROOT/sql" "$test_dir/before/"
fi

# What of a build is in use: BUILD_DIR is where the next program comes from.
setting WX_TIMEOUT_MS=14000 LOG_LEVEL=info
cp "$new/weixin-sandbox" "$old"
BUILD_DIR=$old
start_stack
BUILD_DIR=$new
log_in "$(code person=witness)"
witness=$token

load_start 4
loads=()
keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" 6>&- 7>&- & loads+=($!)
keep_asking denied GET /api/user/current/ 6>&- 7>&- & loads+=($!)

mapfile -t endpoints < <(every_endpoint)
become() { # BUILD: each is replaced, and all goes on meanwhile, half of them of the one release and half of the other
  local name before
  for name in "${endpoints[@]}"; do
    before=$(pid_of "$name")
    BUILD_DIR=$1 endpoint_replace "$name" || fail "$name was not replaced"
    [[ $(pid_of "$name") != "$before" ]] || fail "$name is the same process"
    log_in "$(code "person=during-$name")"
    assert_eq "whoever logged in before" '200 200' "$(status_of "$witness") $(status_of "$token")"
  done
}
ends() { # BROWSER UUID: a login that was begun before
  callback "$1" "$2" "$(code "person=$1")"
  ask "$1" "$2"
  assert_logged_in
}

begin of-before
begun=$uuid
it "each endpoint becomes this release's; a login of the one before ends"
become "$new"
ends of-before "$begun"
begin of-this
begun=$uuid
tokens=("$witness" "$token")

it "... and the one before's again; a login of this one ends"
become "$old"
ends of-this "$begun"
tokens+=("$token")

it "... and this one's, for good; nobody was logged out, and each person is one user"
become "$new"
for known in "${tokens[@]}"; do assert_eq "a token of before" 200 "$(status_of "$known")"; done

it "not one request failed"
: > "$test_dir/enough"
for load in "${loads[@]}"; do wait "$load" || fail "a request failed"; done
current "$witness"
assert_eq "answers to current" "$body 200" "$(sort -u "$test_dir/answers-current")"
assert_eq "answers to denied" "$(denial missing) 401" "$(sort -u "$test_dir/answers-denied")"
load_end
assert_contains "the load" ', 0 unavailable' "$said"
assert_persons
assert_eq "server errors in nginx's log" '' "$(grep -E '" 5[0-9][0-9] ' "$(log_of nginx-access)" || true)"
