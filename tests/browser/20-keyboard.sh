#!/bin/bash
# Everything on the demo's page is within reach of the keyboard.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
