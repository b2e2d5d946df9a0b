#!/bin/sh
# A million netlink requests whose answers nobody reads, in both modes, beside a sandbox that works. netlink-flood.sh [REQUESTS]
. "$(dirname "$0")/common.sh"
# The collector that the launcher chooses, since the script looks at memory.
JAVA_OPTIONS="-XX:+UseSerialGC ${JAVA_OPTIONS:-}"
bench NetlinkFlood "$programs" "${1:-1000000}"
