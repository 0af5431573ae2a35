#!/bin/bash
# The login page in the browsers it is promised to, back to early 2020: each function that came later is taken away.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
