#!/bin/sh
# The attackers of the test suite with a million tries each; any break-in fails. races.sh [TRIES]
set -eu
cd "$(dirname "$0")/../.."
exec mvn -q -B test -pl core.notify -am '-Dtest=org.sluice.core.attack.RaceTest,org.sluice.core.attack.SendRaceTest,org.sluice.core.attack.OpenRaceTest,org.sluice.core.attack.ProtectRaceTest,org.sluice.core.attack.InstructionsRaceTest' \
    -Dsurefire.failIfNoSpecifiedTests=false "-Dsluice.attack.tries=${1:-1000000}"
