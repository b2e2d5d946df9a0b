#!/bin/sh
# Jazzer feeds the parser of netlink requests; an answer that is not well-formed ends it. fuzz-netlink.sh [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
mvn -q -B test-compile -pl core.target -am -Pfuzz
path="core.target/target/test-classes:core.target/target/classes:core.bpf/target/classes:core.api/target/classes:$(cat core.target/target/fuzz.path)"
corpus=core.target/target/fuzz
java -cp "$path" org.sluice.target.net.synthetic.RequestFuzzer "$corpus"
exec java -cp "$path" com.code_intelligence.jazzer.Jazzer \
    --target_class=org.sluice.target.net.synthetic.RequestFuzzer \
    '--instrumentation_includes=org.sluice.target.net.synthetic.**' \
    --reproducer_path="$corpus" -artifact_prefix="$corpus/" \
    "-max_total_time=${1:-600}" -max_len=2048 "$corpus"
