#!/bin/bash
# shellcheck disable=SC2016 # `…` is what a page has, ${…} what Grafana does
# The metrics that the endpoints give out are those that docs/monitoring.md lists; the alerts and the dashboard name no others.
. "$(dirname "$0")/../lib/setup.bash"

setting PROVIDERS='wx mini github' GITHUB_CLIENT_ID=id GITHUB_CLIENT_SECRET=secret
start_stack

# All that any of them has, by their own words: # TYPE NAME TYPE.
for name in $(every_endpoint); do
  api GET "/scanlogin/metrics/$name"
  assert_status 200
  cat "$body_file" >> "$test_dir/given"
done
given() { sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$test_dir/given" | sort -u; }
# The names of metrics in a file; a histogram's three are one.
named() { grep -oE '\b(scanlogin|process)_[a-z_]+' "$1" | sed -E 's/_(bucket|sum|count)$//' | sort -u; } # FILE

it "docs/monitoring.md has a row for each, and for no other"
rows() { sed -nE 's/^\| `((scanlogin|process)_[a-z_]+)` .*/\1/p' "$STACK_ROOT/docs/monitoring.md" | sort; }
assert_eq "the rows" "$(given)" "$(rows)"

it "the labels of each are those of its row"
# All samples have endpoint and process; le is the histograms' own.
labels_given() { # METRIC
  sed -nE "s/^$1(_bucket)?\{(.*)\} .*/\2/p" "$test_dir/given" | grep -oE '[a-z]+="' | tr -d '="' |
    grep -vxE 'endpoint|process|le' | sort -u | paste -sd ' '
}
labels_listed() { # METRIC
  sed -nE "s/^\| \`$1\` \| ([^|]*) \|.*/\1/p" "$STACK_ROOT/docs/monitoring.md" | grep -oE '`[a-z]+`' | tr -d '`' | sort | paste -sd ' '
}
for metric in $(given); do
  grep -q "^${metric}[_{]" "$test_dir/given" || continue # it has not happened yet: who knows
  assert_eq "labels of $metric" "$(labels_given "$metric" || true)" "$(labels_listed "$metric" || true)"
done

for file in alerts.yml dashboard.json; do
  it "$file names metrics that there are"
  assert_eq "those there are not" "" "$(comm -13 <(given) <(named "$STACK_ROOT/docs/prometheus/$file" | grep -vxE 'scanlogin_(endpoint|monitor)'))"
done

it "each alert is explained, and no other"
assert_eq "the alerts" "$(sed -n 's/^ *- alert: //p' "$STACK_ROOT/docs/prometheus/alerts.yml" | sort)" \
  "$(sed -nE 's/^\| `(Scanlogin[A-Za-z]+)` .*/\1/p' "$STACK_ROOT/docs/monitoring.md" | sort)"

it "the example asks every endpoint"
assert_eq "its targets" "$(every_endpoint | sort)" "$(sed -nE 's/^ {10}- ([a-z-]+)$/\1/p' "$STACK_ROOT/docs/prometheus/prometheus.yml" | sort)"

it "the dashboard is JSON with a choice of the data source, and every panel takes that"
dashboard() { jq -r "$1" "$STACK_ROOT/docs/prometheus/dashboard.json"; }
assert_eq "the choice" prometheus "$(dashboard '.templating.list[] | select(.name == "datasource" and .type == "datasource").query')"
assert_eq "other sources" '' "$(dashboard '.panels[] | select(.type != "row") | .datasource, .targets[].datasource | .uid | select(. != "${datasource}")')"
assert_eq "panels without a query" '' "$(dashboard '.panels[] | select(.type != "row" and (.targets | length) == 0).title')"
assert_eq "ids twice" '' "$(dashboard '[.panels[].id] | group_by(.)[] | select(length > 1)[0]')"

it "... and each query can be read"
dashboard '{groups: [{name: "dashboard", rules: [[.panels[].targets[]?.expr] | to_entries[] | {
  record: "query:\(.key)", expr: .value | gsub("[$]__rate_interval"; "1m")}]}]}' > "$test_dir/queries.yml"
assert_eq "how many" "$(dashboard '[.panels[].targets[]?] | length')" "$(jq '.groups[0].rules | length' "$test_dir/queries.yml")"
promtool check rules "$test_dir/queries.yml" > "$test_dir/promtool" 2>&1 || fail "$(< "$test_dir/promtool")"
