#!/bin/sh
# A million netlink requests whose answers nobody reads, in both modes, beside a sandbox that works. netlink-flood.sh [REQUESTS]
. "$(dirname "$0")/common.sh"
bench NetlinkFlood "$programs" "${1:-1000000}"
