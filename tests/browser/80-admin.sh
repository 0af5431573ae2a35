#!/bin/bash
# The admin page's lists, where its links lead, whom it lets in, and what it says when the service is down.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
