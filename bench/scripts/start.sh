#!/bin/sh
# Starts /bin/true natively and in a sandbox. start.sh [TURNS]
. "$(dirname "$0")/common.sh"
bench StartTrue "${1:-300}"
