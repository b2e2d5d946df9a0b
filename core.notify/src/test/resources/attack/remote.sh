# Runs a command in a network namespace of its own: 192.0.2.1 is the machine, on which somebody has port 5000 of TCP and UDP,
# 192.0.2.2 a neighbour with the same ports. Who is reached says its name. Exit status 77: not to be had here.
set -eu
if [ "$1" != inside ]; then
    unshare --user --map-root-user --net true || exit 77
    exec unshare --user --map-root-user --net sh "$0" inside "$@"
fi
shift
ip link set lo up && ip link add v0 type veth peer name v1 || exit 77
server='import select, socket, sys
t, u = socket.socket(), socket.socket(2, 2)
t.setsockopt(1, 2, 1)
for s in t, u: s.bind(("", 5000))
t.listen()
print("up", file=open(sys.argv[2], "w"), flush=True)
while True:
    for s in select.select([t, u], [], [])[0]:
        if s is t: s.accept()[0].sendall(sys.argv[1].encode())
        else: s.sendto(sys.argv[1].encode(), s.recvfrom(9)[1])'
log=$1
shift
timeout 300 /usr/bin/python3 -I -S -c "$server" outside "$log.outside" >/dev/null 2>&1 &
outside=$!
timeout 300 unshare --net /usr/bin/python3 -I -S -c "$server" far "$log.far" >/dev/null 2>&1 &
far=$!
trap 'kill $outside $far' EXIT
for file in "$log.outside" "$log.far"; do
    for turn in $(seq 600); do
        if [ -s "$file" ]; then break; fi
        sleep 0.05
    done
    [ -s "$file" ]
done
child=$(cat /proc/$far/task/$far/children)
child=${child% }
ip link set v1 netns "$child"
ip link set v0 up
ip addr add 192.0.2.1/24 dev v0
nsenter -t "$child" -n sh -c 'ip link set lo up && ip link set v1 up && ip addr add 192.0.2.2/24 dev v1'
"$@"
