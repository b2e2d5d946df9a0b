#!/bin/sh
# make -j2 of 300 files, natively and in sandboxes. builds.sh [TURNS]
. "$(dirname "$0")/common.sh"
bench Builds "${1:-5}"
