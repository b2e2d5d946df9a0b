"""What descriptors of a virtual route socket do: prints one line if all is as for any other descriptor."""
import array, fcntl, os, resource, select, socket, struct, subprocess, sys

NETLINK = socket.AF_NETLINK
RTM_GETLINK = 18


def opened(flags=0, kind=socket.SOCK_RAW):
    return socket.socket(NETLINK, kind | flags, 0)


def links(fd):
    """How many interfaces a dump on the descriptor lists."""
    route = socket.socket(fileno=os.dup(fd))
    route.setblocking(True)
    route.sendto(struct.pack("=IHHII", 32, RTM_GETLINK, 0x301, 5, 0) + bytes(16), (0, 0))
    count = 0
    while True:
        data, sender = route.recvfrom(65536)
        # A synthetic socket tells the same 12 bytes of another family, which Python shows as they are.
        assert sender in ((0, 0), bytes(10)), sender
        while data:
            length, kind = struct.unpack("=IH", data[:6])
            if kind == 3:
                route.close()
                return count
            assert kind == 16, kind
            count += 1
            data = data[(length + 3) & ~3:]


def check(condition, what):
    if not condition:
        print("wrong:", what)
        sys.exit(1)


for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
    for nonblock in (0, socket.SOCK_NONBLOCK):
        for cloexec in (0, socket.SOCK_CLOEXEC):
            # Python's own constructor always adds SOCK_CLOEXEC.
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            fd = libc.socket(NETLINK, kind | nonblock | cloexec, 0)
            check(fd >= 0, "socket")
            check(bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK) == bool(nonblock), "O_NONBLOCK")
            check(bool(fcntl.fcntl(fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC) == bool(cloexec), "FD_CLOEXEC")
            s = socket.socket(fileno=fd)
            check(s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == kind, "SO_TYPE")
            check(s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN) == NETLINK, "SO_DOMAIN")
            check(s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == 0, "SO_PROTOCOL")
            if nonblock:
                try:
                    s.recv(10)
                    check(False, "recv on an empty socket")
                except BlockingIOError:
                    pass
            check(links(fd) == 2, "dump")
            s.close()

libc.socket(NETLINK, 1, 0)
check(ctypes.get_errno() == 94, "ESOCKTNOSUPPORT")
libc.socket(NETLINK, 3 | 0x100, 0)
check(ctypes.get_errno() == 22, "EINVAL")

# dup, dup2 over it and with it, a number that is used again.
s = opened()
copy = os.dup(s.fileno())
s.close()
check(links(copy) == 2, "dup")
r, w = os.pipe()
number = copy
os.dup2(r, number)
os.write(w, b"pipe")
check(os.read(number, 4) == b"pipe", "dup2 over it")
other = opened()
os.dup2(other.fileno(), number)
check(links(number) == 2, "dup2 with it")
other.close()
os.close(number)
plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
plain.bind(("127.0.0.1", 0))
check(plain.getsockname()[1] != 0, "a TCP socket at a number that was a netlink socket's")
plain.close()

# Ports are unique, and the name is the kernel's.
a, b = opened(), opened()
a.bind((0, 0))
b.bind((0, 0))
check(a.getsockname()[0] != 0 and a.getsockname() != b.getsockname(), "ports")
a.close()
b.close()

# fork, exec, another process of the sandbox.
s = opened()
os.set_inheritable(s.fileno(), True)
child = os.fork()
if child == 0:
    os._exit(links(s.fileno()))
check(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2, "fork")
source = open(sys.argv[0]).read().split("for kind in")[0]
told = subprocess.run(
    [sys.executable, "-c", source + "print(links(%d))" % s.fileno()], pass_fds=[s.fileno()], capture_output=True, text=True)
check(told.stdout == "2\n", "exec " + told.stdout + told.stderr)
left, right = socket.socketpair()
socket.send_fds(left, [b"x"], [s.fileno()])
s.close()
_, fds, _, _ = socket.recv_fds(right, 1, 1)
check(links(fds[0]) == 2, "SCM_RIGHTS")
os.close(fds[0])

# Groups: what is heard of changes.
s = opened()
s.bind((0, 1))
check(select.select([s], [], [], 0)[0] == [], "nothing happens by itself")
s.close()

# A thousand at once, and as many as there may be.
many = [opened() for _ in range(min(1000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 20))]
check(links(many[-1].fileno()) == 2, "the last of a thousand")
for s in many:
    s.close()
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
many = []
try:
    while True:
        many.append(opened())
except OSError as e:
    check(e.errno == 24, "EMFILE, not " + str(e))
check(len(many) > 40, "descriptors up to the limit")
print("all right")
