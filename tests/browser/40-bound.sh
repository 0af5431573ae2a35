#!/bin/bash
# A login belongs to the browser that began it: nobody else can finish it, nor plant one.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
