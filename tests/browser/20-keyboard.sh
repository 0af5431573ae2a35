#!/bin/bash
# Everything on the demo's page is within reach of the keyboard.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
