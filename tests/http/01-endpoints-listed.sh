#!/bin/bash
# Every list of the endpoints that is kept by hand names those of cgi-bin, and no others. No server is needed.
# Not part of make check under asan: what it reads is text.
. "$(dirname "$0")/../lib/setup.bash"
cd "$STACK_ROOT"

mapfile -t endpoints < <(every_endpoint | sort)
# What a Perl pattern finds in FILE, a match a line.
matches() { grep -oP "$2" "$1" || echo "(nothing looks like $2)"; } # FILE PATTERN
listed() { assert_eq "endpoints of $1" "${endpoints[*]}" "$(sort -u | paste -sd ' ')"; } # WHAT; reads the names
in_one_line() { tr -d '` ' | tr , '\n'; }

it "each program says its own name to the log"
for file in cgi-bin/*.cc; do
  assert_eq ".name in $file" "$(basename "$file" .cc)" \
    "$(matches <(paste -sd ' ' "$file") '(?:\.name = |serve_(?:admin|users)\(\s*\{argc, argv\},\s*)"\K[^"]+')"
done

it "nginx has an upstream and a socket for each, and locations that lead there"
UPSTREAMS=nginx/scanlogin-upstreams.conf LOCATIONS=nginx/scanlogin-locations.conf
listed "$UPSTREAMS" < <(matches $UPSTREAMS '^upstream scanlogin-\K\S+')
listed "$UPSTREAMS, its sockets" < <(matches $UPSTREAMS 'unix:/run/scanlogin/\K[^;]+(?=\.sock;)')
listed "$LOCATIONS" < <(matches $LOCATIONS '^\s*fastcgi_pass scanlogin-\K[^;]+')

it "nginx lets each be asked of itself"
listed nginx/scanlogin-monitor.conf < <(matches nginx/scanlogin-monitor.conf '\?<scanlogin_endpoint>\K[^)]+' | tr '|' '\n')

it "the table of calls has a row for each, in its column \"program\""
page=docs/api.md
listed "$page" < <(awk -F ' *[|] *' '$3 == "program" { inside = 1; next } !/^[|]/ { inside = 0 }
  inside && $3 !~ /^-+$/ { print $3 }' "$page" | in_one_line)

it "the tests of what all endpoints have in common look at each"
listed tests/http/50-envelope.sh < <(matches tests/http/50-envelope.sh '\[\K[a-z-]+(?=\]=/api/)')
listed tests/http/80-log.sh < <(matches tests/http/80-log.sh '^(?:never_)?fails \K[a-z-]+')
injection=tests/http/data/injection.tsv
for name in "${endpoints[@]}"; do
  grep -qP "(?<![\w-])$name(?![\w-])" "$injection" || fail "$injection does not have $name"
done
