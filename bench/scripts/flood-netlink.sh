#!/bin/sh
# A million netlink requests of which nobody reads the answers; others are served meanwhile. flood-netlink.sh [REQUESTS]
set -eu
cd "$(dirname "$0")/../.."
exec mvn -q -B test -pl core.target -am -Dtest=SyntheticNetworkTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dsluice.flood.requests=${1:-1000000}"
