#!/bin/bash
# Runs a test of this directory in Chromium, against a demo of its own: run.sh NAME. Where that is not enough there is
# a NAME.sh, which is run in its place.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
TEST_NAME=${1:?run.sh NAME}
start_demo
in_browser
