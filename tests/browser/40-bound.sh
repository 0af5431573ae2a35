#!/bin/bash
# A login belongs to the browser that began it: nobody else can finish it, nor plant one.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/browser.bash"
start_demo
in_browser
