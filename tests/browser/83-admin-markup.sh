#!/bin/bash
# Whatever people are called, and whatever their browsers are: on the admin page it is text.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
