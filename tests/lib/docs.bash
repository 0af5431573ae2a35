# shellcheck shell=bash
# What a page of docs/ shows, for a test that runs it. Sourced after setup.bash.
#
#   doc_block PAGE LANGUAGE    prints the page's block of that language, the first: ```LANGUAGE … ```

doc_block() {
  local block
  block=$(sed -n "/^\`\`\`$2\$/,/^\`\`\`\$/ { /^\`\`\`/d; p }" "$STACK_ROOT/docs/$1")
  [[ -n $block ]] || fail "docs/$1 has no block of $2"
  echo "$block"
}
