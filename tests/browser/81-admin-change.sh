#!/bin/bash
# What the admin page changes: shown first, undone afterwards, and never over somebody else's change unseen.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
