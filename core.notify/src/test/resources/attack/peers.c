/*
 * Asks sockets who is at their other end (SO_PEERCRED, SO_PEERPIDFD), and prints the answers with names in place of
 * numbers, so that a run in a sandbox can be compared with a native one. peers FOLDER
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static pid_t self, client, sibling;
static const char *folder;

static void die(const char *what)
{
    perror(what);
    exit(3);
}

static const char *name(pid_t pid)
{
    return pid == 0 ? "nobody" : pid == self ? "self" : pid == client ? "client" : pid == sibling ? "sibling" : "a stranger";
}

static const char *user(uid_t id)
{
    return id == (uid_t)-1 ? "none" : id == getuid() ? "own" : "foreign";
}

/* The process that a descriptor refers to: its number, -1 once it has been reaped. */
static pid_t behind(int pidfd)
{
    char path[64], line[128];
    pid_t pid = -2;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
    FILE *info = fopen(path, "r");
    if (!info)
        die(path);
    while (fgets(line, sizeof line, info))
        sscanf(line, "Pid: %d", &pid);
    fclose(info);
    return pid;
}

static void show(const char *what, int fd)
{
    struct ucred cred = {-5, 7, 7};
    socklen_t length = sizeof cred;
    int pidfd = -7, result = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &length);
    printf("%s: %d %d length %u %s %s %s", what, result, result ? errno : 0, length, name(cred.pid), user(cred.uid),
        user(cred.gid));
    length = sizeof pidfd;
    result = getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length);
    printf(", pidfd %d %d length %u", result, result ? errno : 0, length);
    if (!result) {
        struct pollfd ready = {pidfd, POLLIN, 0};
        pid_t pid = behind(pidfd);
        poll(&ready, 1, 0);
        printf(" %s flags %x %x ready %x", pid == -1 ? "ended" : name(pid), fcntl(pidfd, F_GETFL), fcntl(pidfd, F_GETFD),
            ready.revents);
        close(pidfd);
    }
    printf("\n");
    fflush(stdout);
}

static struct sockaddr_un address;
static socklen_t size;

static void set(const char *text, int abstract)
{
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (abstract)
        size = offsetof(struct sockaddr_un, sun_path) + 1
            + snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s-%d", text, getpid());
    else
        size = offsetof(struct sockaddr_un, sun_path) + 1
            + snprintf(address.sun_path, sizeof address.sun_path, "%s/%s-%d", folder, text, getpid());
}

static int sock(int type)
{
    int fd = socket(AF_UNIX, type, 0);
    if (fd < 0)
        die("socket");
    return fd;
}

static int dial(int type)
{
    int fd = sock(type);
    if (connect(fd, (struct sockaddr *)&address, size))
        die("connect");
    return fd;
}

static int take(int fd)
{
    int got = accept(fd, NULL, NULL);
    if (got < 0)
        die("accept");
    return got;
}

/* Runs a child until it says so on a pipe; it goes on until the other pipe is closed. */
static int go[2], done[2];

static pid_t begin(void)
{
    fflush(stdout);
    if (pipe(go) || pipe(done))
        die("pipe");
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        close(go[1]);
        close(done[0]);
    } else {
        close(go[0]);
        close(done[1]);
    }
    return child;
}

static void ready(void)
{
    close(done[1]);
}

static void linger(void)
{
    char byte;
    if (read(go[0], &byte, 1) != 0)
        die("read");
    _exit(0);
}

static void await(void)
{
    char byte;
    if (read(done[0], &byte, 1) != 0)
        die("read");
    close(done[0]);
}

static void finish(pid_t child)
{
    close(go[1]);
    if (waitpid(child, NULL, 0) != child)
        die("waitpid");
}

static void served(int type, int abstract)
{
    printf("type %d, %s\n", type, abstract ? "abstract" : "path");
    set(abstract ? "one" : "s", abstract);
    int listener = sock(type), got, child;
    show("not bound", listener);
    if (bind(listener, (struct sockaddr *)&address, size))
        die("bind");
    show("bound", listener);
    if (listen(listener, 16))
        die("listen");
    show("listener", listener);

    client = child = begin();
    if (!child) {
        int fd = dial(type);
        client = getpid();
        sibling = self;
        show("client of the listener, not accepted", fd);
        ready();
        linger();
    }
    await();
    got = take(listener);
    show("running client", got);
    finish(child);
    show("client that has ended", got);
    close(got);

    client = child = begin();
    if (!child) {
        dial(type);
        _exit(0);
    }
    finish(child);
    got = take(listener);
    show("client that had ended before", got);
    show("the same again", got);
    close(got);

    /* The child has the connection that its parent made. */
    int fd = dial(type);
    client = child = begin();
    if (!child) {
        ready();
        linger();
    }
    await();
    close(fd);
    got = take(listener);
    show("connection of a child, made by its parent", got);
    finish(child);
    close(got);

    /* The other way round: who connected has ended, and its child goes on with the connection. */
    client = child = begin();
    if (!child) {
        dial(type);
        if (fork() == 0) {
            ready();
            linger();
        }
        _exit(0);
    }
    await();
    waitpid(child, NULL, 0);
    got = take(listener);
    show("connection of an orphan", got);
    close(go[1]);
    close(got);

    sibling = child = begin();
    if (!child) {
        if (listen(listener, 16))
            die("listen");
        ready();
        linger();
    }
    await();
    fd = dial(type);
    show("client, after a sibling has listened", fd);
    show("listener, after a sibling has listened", listener);
    finish(child);
    got = take(listener);
    close(listener);
    show("client, without the listener", fd);
    show("accepted, without the listener", got);
    close(got);
    show("client, closed by the server", fd);
    close(fd);
    unlink(address.sun_path);
}

static void lengths(void)
{
    set("lengths", 1);
    int listener = sock(SOCK_STREAM), fd;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1))
        die("listen");
    fd = dial(SOCK_STREAM);
    int got = take(listener);
    int last = dup(0);
    close(last);
    for (int option = 0; option < 2; option++)
        for (int n = -1; n <= 16; n++) {
            unsigned char value[20], same[20];
            struct ucred whole;
            socklen_t length = sizeof whole;
            getsockopt(got, SOL_SOCKET, SO_PEERCRED, &whole, &length);
            memset(value, 0xee, sizeof value);
            memset(same, 0xee, sizeof same);
            length = n;
            int result = getsockopt(got, SOL_SOCKET, option ? SO_PEERPIDFD : SO_PEERCRED, value, &length);
            int number = option ? dup(0) - 1 : 0;
            int wrote = n < 0 ? 0 : n;
            if (wrote > (option ? 4 : 12))
                wrote = option ? 4 : 12;
            if (!result)
                memcpy(same, option ? (void *)&number : (void *)&whole, wrote);
            printf("length %d: %d %d length %d %s\n", n, result, result ? errno : 0, (int)length,
                memcmp(value, same, sizeof value) ? "differs" : "as expected");
            if (option) {
                close(number + 1);
                if (!result)
                    close(number);
            }
        }
    socklen_t length = 12;
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int option = 0; option < 2; option++) {
        int name = option ? SO_PEERPIDFD : SO_PEERCRED, result;
        length = 12;
        result = getsockopt(got, SOL_SOCKET, name, (void *)8, &length);
        printf("bad value: %d %d", result, errno);
        result = getsockopt(got, SOL_SOCKET, name, page, (void *)8);
        printf(", bad length: %d %d", result, errno);
        result = getsockopt(999, SOL_SOCKET, name, page, &length);
        printf(", bad descriptor: %d %d", result, errno);
        result = getsockopt(0, SOL_SOCKET, name, page, &length);
        printf(", no socket: %d %d\n", result, errno);
    }
    printf("descriptors left %d\n", dup(0) - last);
    close(fd);
}

static void others(void)
{
    int pair[2], length;
    struct sockaddr_un mine = {AF_UNIX};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        die("socketpair");
    show("pair", pair[0]);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
        die("socketpair");
    show("pair of datagrams", pair[0]);
    set("datagram", 1);
    int a = sock(SOCK_DGRAM), b = sock(SOCK_DGRAM);
    if (bind(a, (struct sockaddr *)&address, size) || connect(b, (struct sockaddr *)&address, size))
        die("connect");
    show("connected datagrams", b);
    show("tcp", socket(AF_INET, SOCK_STREAM, 0));
    set("nobody", 1);
    int alone = sock(SOCK_STREAM);
    printf("connect to nobody: %d", connect(alone, (struct sockaddr *)&address, size));
    printf(" %d\n", errno);
    show("after it", alone);
}

static void listens(void)
{
    int fd = sock(SOCK_STREAM);
    printf("listen, not bound: %d", listen(fd, 1));
    printf(" %d\n", errno);
    printf("listen on datagrams: %d", listen(sock(SOCK_DGRAM), 1));
    printf(" %d\n", errno);
    printf("listen on a file: %d", listen(0, 1));
    printf(" %d\n", errno);
    printf("listen on nothing: %d", listen(999, 1));
    printf(" %d\n", errno);
    int pair[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    printf("listen on a connection: %d", listen(pair[0], 1));
    printf(" %d\n", errno);
    /* A queue of length 0 takes one connection, and no second one. */
    set("queue", 1);
    fd = sock(SOCK_STREAM);
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 0))
        die("listen");
    for (int i = 0; i < 3; i++) {
        int c = sock(SOCK_STREAM | SOCK_NONBLOCK), result = connect(c, (struct sockaddr *)&address, size);
        printf("connection %d: %d %d\n", i, result, result ? errno : 0);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    self = getpid();
    for (int abstract = 0; abstract < 2; abstract++) {
        served(SOCK_STREAM, abstract);
        served(SOCK_SEQPACKET, abstract);
    }
    lengths();
    others();
    listens();
    return 0;
}
