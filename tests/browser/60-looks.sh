#!/bin/bash
# How each state looks: language, width, colours. With SCREENSHOTS=DIR the pictures are kept there.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
