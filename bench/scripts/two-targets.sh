#!/bin/sh
# Two busy sandboxes on two processors beside one. two-targets.sh [TURNS]
. "$(dirname "$0")/common.sh"
bench TwoTargets "$programs" "${1:-9}"
