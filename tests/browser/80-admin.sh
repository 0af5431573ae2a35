#!/bin/bash
# The admin page's lists, where its links lead, whom it lets in, and what it says when the service is down.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
