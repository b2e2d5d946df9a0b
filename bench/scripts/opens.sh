#!/bin/sh
# Opening a file beside a minimal supervisor in C and beside strace. opens.sh [TURNS]
. "$(dirname "$0")/common.sh"
command -v strace >/dev/null || { say "there is no strace; install it"; exit 1; }
echo "unpinned"
bench Opens "$programs" "${1:-9}"
echo "all on one processor"
# What this shell starts inherits its processors.
taskset -p -c 0 $$ >/dev/null
bench Opens "$programs" "${1:-9}"
