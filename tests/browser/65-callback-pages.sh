#!/bin/bash
# The pages in WeChat's frame are styled, however TEMPLATE_DIR has them: line ends, attributes, a byte order mark.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo
in_browser
