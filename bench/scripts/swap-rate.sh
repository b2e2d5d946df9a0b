#!/bin/sh
# Binds while handlers are swapped; tells what a bind takes, and fails if an answer was wrong. swap-rate.sh [SECONDS [MILLISECONDS BETWEEN SWAPS]]
. "$(dirname "$0")/common.sh"
bench SwapRate "$programs" "${1:-10}" "${2:-100}"
