#!/bin/bash
# Logging in on the demo's page, and out again, in all the ways that nothing is wrong with.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
