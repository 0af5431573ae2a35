#!/bin/bash
# A site whose people may add GitHub, which the stand-in plays, and WeChat to their ways to log in.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"
. "$(dirname "$0")/../lib/browser.bash"

start_providers github
# shellcheck disable=SC2034 # for start_demo
DEMO_ENV=(TOKEN_COOKIE= PROVIDERS='wx mp github' GITHUB_CLIENT_ID=github-client GITHUB_CLIENT_SECRET=github-secret
  GITHUB_API_BASE="$STAND_IN/github" GITHUB_OPEN_BASE="$STAND_IN/github" STAND_IN="$STAND_IN")
start_demo
control redirect_uri "{\"uri\":\"$SITE/api/user/login/github/callback/\"}"
in_browser
