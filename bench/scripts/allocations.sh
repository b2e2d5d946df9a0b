#!/bin/sh
# What the supervisor allocates while a target makes socket calls: bytes for each sequence, and the places and classes that
# have most of them. allocations.sh [ROUNDS [LINES [MODE...]]]
. "$(dirname "$0")/common.sh"
rounds=${1:-150}
[ $# -eq 0 ] || shift
lines=${1:-10}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- bind rebind connect sendto
bench Allocations "$programs" "$rounds" "$lines" "$@"
