#!/bin/bash
# What the admin page changes: shown first, undone afterwards, and never over somebody else's change unseen.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
