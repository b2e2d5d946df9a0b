#!/bin/sh
# Sequences of socket calls on loopback beside a minimal supervisor in C. socket-calls.sh [TURNS [MODE...]]
. "$(dirname "$0")/common.sh"
turns=${1:-11}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- bind rebind connect
echo "unpinned"
bench SocketCalls "$programs" "$turns" "$@"
echo "all on one processor"
# What this shell starts inherits its processors.
taskset -p -c 0 $$ >/dev/null
bench SocketCalls "$programs" "$turns" "$@"
