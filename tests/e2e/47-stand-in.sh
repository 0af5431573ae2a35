#!/bin/bash
# The stand-in for the providers that lead the browser back is as strict as they are: what it lets pass, no test would see.
. "$(dirname "$0")/../lib/setup.bash"

it "each right request is accepted, and each that differs from it in one point is refused"
said=$(TMPDIR=$test_dir python3 -B "$STACK_ROOT/tests/stand_in/self_test.py" 2>&1) || fail "$said"
checks=$(sed -n 's/.* \([0-9]*\) wrong requests$/\1/p' <<< "$said")
