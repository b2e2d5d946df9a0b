#!/bin/sh
# Descriptors, threads and memory after many notifications and sandboxes. leaks.sh [NOTIFICATIONS [SANDBOXES]]
set -eu
cd "$(dirname "$0")/../.."
exec mvn -q -B test -pl core.notify -am -Dtest=org.sluice.core.attack.LeakTest \
    -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dsluice.leak.notifications=${1:-100000}" "-Dsluice.leak.sandboxes=${2:-1000}"
