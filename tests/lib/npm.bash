# shellcheck shell=bash disable=SC2154 # variables of setup.bash
# Packages of npm. Sourced after setup.bash.
#
#   install_npm NAME     installs those that tests/NAME/package-lock.json lists into build/NAME, once for every test: the source
#                        tree stays as it is. Without node or npm the test is skipped.

for command in node npm; do
  command -v "$command" > /dev/null || { echo "skipped: $command is not installed"; exit 77; }
done

install_npm() { # NAME
  local here=$STACK_ROOT/tests/$1 dir=$STACK_ROOT/build/$1
  mkdir -p "$dir"
  (
    flock -w 900 8 || exit 1
    ! cmp -s "$here/package-lock.json" "$dir/node_modules/installed" || exit 0
    cp "$here"/package.json "$here"/package-lock.json "$dir/"
    cd "$dir" && npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 && cp package-lock.json node_modules/installed
  ) 8> "$dir/lock" || fail "npm ci failed: $(tail -n 5 "$dir/npm.log")"
}
