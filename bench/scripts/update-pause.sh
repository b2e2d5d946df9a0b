#!/bin/sh
# What a bind takes while the bundle of a handler is updated over and over from an attached shell, in a supervisor of the
# distribution. Fails if an answer was wrong, or if not every update was made. update-pause.sh [UPDATES [HANDLER]]
. "$(dirname "$0")/common.sh"
updates=${1:-1000} handler=${2:-bind}
dist=$(pwd)/launcher/target/sluice-0.1.0/sluice-0.1.0
[ -x "$dist/bin/sluice" ] || { say "building (mvn package)"; mvn -q -B -DskipTests package >&2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$programs/binder" "$work"
cd "$work"

# run SECONDS NAME: in place of a shell of its own, so that a signal reaches it
run() { exec "$dist/bin/sluice" run -q --report none --name "$2" -- ./binder "$1"; }
# figures FILE: what the binder printed in lines 4 to 6
figures() { echo "p50 $(sed -n 4p "$1"), p99 $(sed -n 5p "$1"), longest $(sed -n 6p "$1") microseconds"; }

(run 5 "quiet-$$" >quiet)
echo "a bind without updates: $(figures quiet)"

# Longer than the updates take: when they are made it is told to finish.
name=pause-$$ seconds=$((updates / 25 + 10))
run "$seconds" "$name" >busy &
target=$!
attach() { "$dist/bin/sluice" attach "$name" "$@"; }
until attach -- felix:lb >/dev/null 2>&1; do
    kill -0 "$target" || exit
    sleep 0.1 # until the supervisor listens, of which nothing tells
done
bundle=$(attach -- felix:lb -s | sed -n "s/^ *\([0-9]*\)|.*|org\.sluice\.handler\.$handler .*/\1/p")
[ -n "$bundle" ] || { say "no bundle org.sluice.handler.$handler"; exit 1; }
start=$(date +%s%N)
i=0
while [ $i -lt "$updates" ]; do
    echo "felix:update $bundle"
    i=$((i + 1))
done | attach >shell
end=$(date +%s%N)
kill -TERM "$target" || { say "the target ended before the updates did"; exit 1; }
wait "$target"
failed=$(grep -ci 'exception\|error' shell) || true
wrong=$(sed -n 2p busy)
echo "a bind during $updates updates:          $(figures busy)"
echo "$((1000000000 * updates / (end - start))) updates a second of org.sluice.handler.$handler, $failed failed; $(sed -n 1p busy) binds in $(sed -n 3p busy) ms, $wrong wrong"
[ "$wrong" = 0 ] && [ "$failed" = 0 ]
