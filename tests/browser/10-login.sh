#!/bin/bash
# Logging in on the demo's page, and out again, in all the ways that nothing is wrong with.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
