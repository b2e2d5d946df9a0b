#!/bin/sh
# if_nameindex and a socketpair's ping-pong in a sandbox beside the same natively. netlink-speed.sh [TURNS]
. "$(dirname "$0")/common.sh"
bench NetlinkSpeed "$programs" "${1:-9}"
