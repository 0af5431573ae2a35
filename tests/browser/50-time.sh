#!/bin/bash
# What the page does as time goes by, on a clock that the test turns.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
