#!/bin/bash
# WeChat, an endpoint or the network fails for a while: the login goes on where it was.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
