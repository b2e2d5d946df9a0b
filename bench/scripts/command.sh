#!/bin/sh
# `sluice run -- /bin/true` beside the same framework without our bundles, each with a class archive of its own.
# command.sh [TURNS]
. "$(dirname "$0")/common.sh"
archive=launcher/target/sluice-0.1.0.tar.gz
if [ ! -r "$archive" ]; then
    say "building the distribution (mvn package)"
    mvn -q -B -DskipTests package -pl launcher -am >&2
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tar -xzf "$archive" -C "$place"
home=$(echo "$place"/sluice-*)
"$home/bin/sluice-setup"

cp bench/target/bench-*.jar "$place/bench.jar"
flags="-XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error:stderr"
path="-cp $place/bench.jar:$home/lib/org.apache.felix.framework.jar:$home/lib/slf4j-api.jar:$home/lib/slf4j-simple.jar"
main="org.sluice.bench.BareFelix $home $place/cache"
# shellcheck disable=SC2086 # these are lists of words
java -XX:ArchiveClassesAtExit="$place/bare.jsa" -Dsluice.training=true $flags $path $main

mkdir "$place/work"
cd "$place/work"
script() { printf '#!/bin/sh\nexec %s\n' "$2" >"$1"; chmod +x "$1"; }
script "$place/felix" "java -XX:SharedArchiveFile=$place/bare.jsa $flags $path $main"
script "$place/sluice" "$home/bin/sluice run -q -- /bin/true"
script "$place/java" "java -Xshare:auto -XX:+UseSerialGC -XX:-UsePerfData -version >/dev/null 2>&1"
"$OLDPWD/$programs/alternate" "${1:-15}" "$place/java" "$place/felix" "$place/sluice" | sed "s|$place/||"
