#!/bin/sh
# Servers under load, natively and in a sandbox. Needs redis-server, redis-tools, nginx and wrk. load.sh [TURNS]
. "$(dirname "$0")/common.sh"
for tool in redis-server redis-benchmark wrk; do
    command -v "$tool" >/dev/null || { say "there is no $tool; install redis, nginx and wrk"; exit 1; }
done
echo "redis, 50 clients: SET, GET"
bench Load "${1:-9}" bench/scripts/load-redis 100000
echo "the same, the clients outside the sandbox"
bench ServerLoad "${1:-9}" bench/scripts/serve-redis bench/scripts/ask-redis 17379 100000
echo "nginx, 50 connections"
bench Load "${1:-9}" bench/scripts/load-nginx 2
echo "the same, the file opened for each request, which Landlock and the supervisor look at each time"
bench Load "${1:-9}" bench/scripts/load-nginx 2 open
