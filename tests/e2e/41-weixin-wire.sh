#!/bin/bash
# What happens on the wire to WeChat: connections that hang or break off, replies that have no end or are no HTTP. Each
# is a 502 that keeps the scan, takes no memory, and is told in the log with its reason.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting WX_TIMEOUT_MS=4000 WORKER_THREADS=32
start_stack login-wx login-wx-callback current

memory_peak() { sed -n 's/^VmHWM:\s*\([0-9]*\) kB/\1/p' "/proc/$(pid_of login-wx)/status"; }
spawn wire perl "$LIB/wire.pl" "${SANDBOX##*:}" "$test_dir/told"
wire_listens() { [[ -s $(log_of wire) ]]; }
eventually wire_listens || fail "no wire"
setting WX_API_BASE="http://127.0.0.1:$(< "$(log_of wire)")"
endpoint_replace login-wx || fail "login-wx not replaced"

# scan_each FAULT…: a scan for each, whose exchange meets that fault; sets $uuids and $codes.
scan_each() {
  local fault
  uuids=() codes=()
  for fault in "$@"; do
    uuids+=("$(new_uuid)")
    codes+=("test.$fault-$SRANDOM")
    scan "${uuids[-1]}" "${codes[-1]}"
  done
}
assert_all_fail() { # NAME FAULT…
  scan_each "${@:2}"
  poll_at_once "$1" "${uuids[@]}"
  assert_eq "the polls" "${#uuids[@]} 502 $WEIXIN_UNAVAILABLE" "$(tally "$1")"
}
assert_all_log_in() { # NAME: those that have just failed
  local code
  poll_at_once "$1-again" "${uuids[@]}"
  assert_eq "the next polls" "${#uuids[@]} 200 $LOGGED_IN" "$(tally "$1-again")"
  for code in "${codes[@]}"; do assert_calls "$code" 1 1; done
}

it "a connection that hangs or breaks off: 502, and the next poll logs in with the same scan"
before=$(log_lines login-wx)
assert_all_fail broken mute headonly drip hangup reset resetbody short unfinished
assert_eq "the reasons" "$(cat << 'END'
1 Server returned nothing (no headers, no data)
2 Failure when receiving data from the peer
2 Transferred a partial file
3 Timeout was reached
END
)" "$(weixin_reasons_since "$before" | sort)"
assert_all_log_in broken

it "what is no HTTP reply, or none that was asked for: the same"
before=$(log_lines login-wx)
assert_all_fail odd garbage nohttp badlength badchunk gzip switch
assert_eq "the reasons" "$(cat << 'END'
1 Failure when receiving data from the peer
1 Server returned nothing (no headers, no data)
1 WeChat's reply is not a JSON object
1 Weird server reply
2 Unsupported protocol
END
)" "$(weixin_reasons_since "$before" | sort)"
assert_all_log_in odd

it "what is odd but right is a reply"
scan_each continue hints
poll_at_once right "${uuids[@]}"
assert_eq "the polls" "2 200 $LOGGED_IN" "$(tally right)"

it "a reply of 64 MiB, or one without an end, is given up, and memory does not grow by it"
assert_all_fail first big # whatever the first one takes
assert_all_log_in first
peak=$(memory_peak)
before=$(log_lines login-wx)
assert_all_fail huge big bigchunked endless big bigchunked endless
assert_eq "the reasons" "6 the reply is over 1 MiB" "$(weixin_reasons_since "$before")"
assert_all_log_in huge
before=$(log_lines login-wx)
assert_all_fail heads endlessheads longhead endless100
assert_eq "lines with a reason" 3 "$(weixin_reasons_since "$before" | awk '{ n += $1 } END { print n }')"
assert_all_log_in heads
grown=$(($(memory_peak) - peak))
most=32
[[ $MODE != tsan ]] || most=256 # what it keeps beside each byte counts as well
((grown < most * 1024)) || fail "login-wx grew by $grown KiB"
echo "figure: replies of 64 MiB and without an end: login-wx grew by $grown KiB"
