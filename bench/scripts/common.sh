# Sourced by the scripts: goes to the source tree, compiles what is not compiled, and says how Java is run.
set -eu
cd "$(dirname "$0")/../.."

programs=bench/target/c
say() { echo "$*" >&2; }

command -v cc >/dev/null || { say "there is no C compiler; install gcc"; exit 1; }
if [ ! -d bench/target/lib ] || [ -n "$(find core.* handler.* bench -name '*.java' -path '*/main/*' -newer bench/target/lib -print -quit)" ]; then
    say "building (mvn package)"
    mvn -q -B -DskipTests package -pl bench -am >&2
    touch bench/target/lib
fi
mkdir -p "$programs"
for source in bench/src/main/c/*.c; do
    program=$programs/$(basename "$source" .c)
    [ "$program" -nt "$source" ] && [ "$program" -nt bench/src/main/c/supervise.h ] || cc -O2 -Wall -o "$program" "$source"
done

# bench CLASS ARGUMENTS...
bench() {
    class=$1
    shift
    java ${JAVA_OPTIONS:-} -Djna.nosys=false -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
        -cp 'bench/target/classes:bench/target/lib/*' "org.sluice.bench.$class" "$@"
}
