# shellcheck shell=bash disable=SC2154 # variables of setup.bash and demo.bash
# Tests in headless Chromium, against `make run`'s site and WeChat. Sourced after setup.bash.
#
#   start_demo    starts one in $DEMO, whose site is at $SITE
#   in_browser    runs the test's .mjs file against $SITE, and ends the demo

. "$(dirname "${BASH_SOURCE[0]}")/demo.bash"

DEMO=$test_dir/demo
. "$(dirname "${BASH_SOURCE[0]}")/npm.bash"
command -v chromium-headless-shell > /dev/null || { echo "skipped: chromium-headless-shell is not installed"; exit 77; }

# Without the cookie (DEMO_ENV): a test that wants it takes it (restartWith).
start_demo() {
  install_npm browser
  run_demo "$DEMO"
  SITE=http://127.0.0.1:${port[$DEMO]}
}
in_browser() {
  with_demo "$DEMO" SITE="$SITE" WEIXIN="http://127.0.0.1:${sandbox_port[$DEMO]}" PICTURES="$BUILD_DIR/browser" \
    SCREENSHOTS="${SCREENSHOTS:-}" node "$(dirname "$0")/$TEST_NAME.mjs" || fail "$TEST_NAME.mjs"
  demo "$DEMO" stop || fail "$said"
  no_reports "$DEMO"
}
