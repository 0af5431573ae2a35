# shellcheck shell=bash disable=SC2154 # variables of setup.bash and demo.bash
# Tests in headless Chromium, against `make run`'s site and WeChat. Sourced after setup.bash.
#
#   start_demo    starts one in $DEMO, whose site is at $SITE
#   in_browser    runs the test's .mjs file against $SITE, and ends the demo

. "$(dirname "${BASH_SOURCE[0]}")/demo.bash"

DEMO=$test_dir/demo
for command in node npm chromium; do
  command -v "$command" > /dev/null || { echo "skipped: $command is not installed"; exit 77; }
done

# Into build/browser, once for every test: the source tree stays as it is.
install_client() {
  local here=$STACK_ROOT/tests/browser dir=$STACK_ROOT/build/browser
  mkdir -p "$dir"
  (
    flock -w 900 8 || exit 1
    ! cmp -s "$here/package-lock.json" "$dir/node_modules/installed" || exit 0
    cp "$here"/package.json "$here"/package-lock.json "$dir/"
    cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 && cp package-lock.json node_modules/installed
  ) 8> "$dir/lock" || fail "npm ci failed: $(tail -n 5 "$dir/npm.log")"
}

# Without the cookie (DEMO_ENV): a test that wants it takes it (restartWith).
start_demo() {
  install_client
  run_demo "$DEMO"
  SITE=http://127.0.0.1:${port[$DEMO]}
}
in_browser() {
  with_demo "$DEMO" SITE="$SITE" WEIXIN="http://127.0.0.1:${sandbox_port[$DEMO]}" PICTURES="$BUILD_DIR/browser" \
    SCREENSHOTS="${SCREENSHOTS:-}" node "$(dirname "$0")/$TEST_NAME.mjs" || fail "$TEST_NAME.mjs"
  demo "$DEMO" stop || fail "$said"
  no_reports "$DEMO"
}
