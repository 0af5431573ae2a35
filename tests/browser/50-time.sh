#!/bin/bash
# What the page does as time goes by, on a clock that the test turns.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
