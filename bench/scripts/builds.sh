#!/bin/sh
# make -j2 of 300 small files, natively and in sandboxes: builds.sh [TURNS]
# Of a project that is configured already: builds.sh TURNS FOLDER FOLDER-OF-OBJECTS, whose objects (*.o) are removed
case ${2:-} in "" | /*) ;; *) set -- "$1" "$PWD/$2" "${3:-.}" ;; esac
. "$(dirname "$0")/common.sh"
if [ $# -gt 1 ]; then bench Builds "$programs" "$1" "$2" "${3:-.}"; else bench Builds "$programs" "${1:-5}"; fi
