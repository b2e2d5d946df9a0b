#!/bin/sh
# A trapped call beside a minimal loop in C. trapped-call.sh [TURNS]
. "$(dirname "$0")/common.sh"
echo "unpinned"
bench TrappedCall "$programs" "${1:-9}"
echo "all on one processor"
# What this shell starts inherits its processors.
taskset -p -c 0 $$ >/dev/null
bench TrappedCall "$programs" "${1:-9}"
