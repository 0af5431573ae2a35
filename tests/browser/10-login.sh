#!/bin/bash
# A person logs in on the demo's page, and out again.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
in_browser
