# shellcheck shell=bash
# Right before fast: what is compared answers alike. Sourced by bench.sh.

# same WHAT EXPECTED_STATUS PATH_A PATH_B [CURL ARG…]: both answer that, and the same text.
same() {
  local what=$1 status=$2 a b
  a=$(curl -sS --max-time 300 -w ' %{http_code}' "${@:5}" "$SITE$3")
  b=$(curl -sS --max-time 300 -w ' %{http_code}' "${@:5}" "$SITE$4")
  [[ $a == *" $status" && $a == "$b" ]] || fail "$what: expected the same answer with $status"$'\n'"  $3: $a"$'\n'"  $4: $b"
}

# Every guard of a file admits these, and refuses those.
guards() { # WHAT STATUS [CURL ARG…]
  local path status
  for path in /bench/guarded /bench/bare/guarded /bench/lua/guarded; do
    [[ $path != *bare* || $2 == 200 ]] || continue # which knows no token
    status=$(curl -sS --max-time 300 -o /dev/null -w '%{http_code}' "${@:3}" "$SITE$path")
    [[ $status == "$2" ]] || fail "$path, $1: expected $2, got $status"
  done
}

check_answers() {
  local ours=/api/user/current/ lua=/bench/lua/current token header rest
  token=$(head -n 1 "$STACK_DIR/tokens") header=${token%%.*} rest=${token#*.}
  same "a good token" 200 $ours /bench/return -H "IDTOKEN: $token"
  same "a good token" 200 $ours /bench/bare -H "IDTOKEN: $token"
  same "a good token" 200 $ours $lua -H "IDTOKEN: $token"
  guards "a good token" 200 -H "IDTOKEN: $token"
  guards "no token" 401
  guards "a cut token" 401 -H "IDTOKEN: ${token%?}"
  same "no token" 401 $ours $lua
  same "no token at all" 401 $ours $lua -H "IDTOKEN: nonsense"
  same "a cut token" 401 $ours $lua -H "IDTOKEN: ${token%?}"
  same "a forged signature" 401 $ours $lua -H "IDTOKEN: ${token%.*}.$(tr 'A-Za-z' 'N-ZA-Mn-za-m' <<< "${token##*.}")"
  same "another payload" 401 $ours $lua -H "IDTOKEN: $header.eyJpZCI6Mn0.${rest#*.}"
  same "no algorithm" 401 $ours $lua -H "IDTOKEN: $(printf '{"alg":"none"}' | base64 | tr -d '=').$rest"
  redis_admin RENAME userToken_1 aside > /dev/null
  redis_admin RENAME lua:session:1 lua-aside > /dev/null
  same "a session that is over" 401 $ours $lua -H "IDTOKEN: $token"
  guards "a session that is over" 401 -H "IDTOKEN: $token"
  redis_admin RENAME aside userToken_1 > /dev/null
  redis_admin RENAME lua-aside lua:session:1 > /dev/null
  same "a session that is back" 200 $ours $lua -H "IDTOKEN: $token"
  same "nothing scanned" 200 /api/user/login/wx/ /bench/lua/poll -G -d uuid=nobody
  same "no uuid" 200 /api/user/login/wx/ /bench/lua/poll
  same "a bad uuid" 200 /api/user/login/wx/ /bench/lua/poll -G -d uuid=a/b
}
