#!/bin/bash
# Whatever people are called, and whatever their browsers are: on the admin page it is text.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
