/*
 * accept(2) and recvfrom(2) with an address, in all the ways in which they return; prints results without numbers that
 * differ between runs. arrivals FOLDER
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder;
static union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    unsigned char bytes[160];
} address, peer;

static void die(const char *what)
{
    perror(what);
    exit(3);
}

static socklen_t set(int family, const char *name)
{
    memset(&address, 0, sizeof address);
    address.any.sa_family = family;
    if (family == AF_INET)
        address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else if (family == AF_INET6)
        address.in6.sin6_addr = in6addr_loopback;
    else
        return offsetof(struct sockaddr_un, sun_path) + 1
            + snprintf(address.un.sun_path, sizeof address.un.sun_path, "%s/%s", folder, name);
    return family == AF_INET ? sizeof address.in : sizeof address.in6;
}

/* Leaves the bound address in `address`. */
static int bound(int family, int type, const char *name, socklen_t *size)
{
    int fd = socket(family, type, 0);
    *size = set(family, name);
    if (family == AF_UNIX)
        unlink(address.un.sun_path);
    if (fd < 0 || bind(fd, &address.any, *size))
        die("bind");
    *size = sizeof address;
    getsockname(fd, &address.any, size);
    return fd;
}

static int dial(int family, int type, socklen_t size)
{
    int fd = socket(family, type, 0);
    if (fd < 0 || connect(fd, &address.any, size))
        die("connect");
    return fd;
}

/* The name that the kernel keeps of a datagram's sender may be shorter in a sandbox: its last part alone. */
static int last_part;

static void show_peer(socklen_t length)
{
    if (last_part && length > 2 && peer.any.sa_family == AF_UNIX) {
        char *slash = strrchr(peer.un.sun_path, '/');
        printf(" from %s\n", slash ? slash + 1 : peer.un.sun_path);
        return;
    }
    printf(" length %d", (int)length);
    int touched = 0;
    for (int i = 0; i < (int)sizeof peer; i++)
        if (peer.bytes[i] != 0xee)
            touched = i + 1;
    printf(" touched %d family %x", touched, peer.any.sa_family);
    if (touched > 2 && peer.any.sa_family == AF_UNIX)
        printf(" %.*s", touched - 2, peer.un.sun_path);
    if (touched >= 16 && peer.any.sa_family == AF_INET)
        printf(" %s", inet_ntoa(peer.in.sin_addr));
    printf("\n");
}

static int take(const char *what, int fd, socklen_t room, int flags)
{
    socklen_t length = room;
    memset(&peer, 0xee, sizeof peer);
    int got = accept4(fd, &peer.any, &length, flags);
    printf("%s: %s %d", what, got < 0 ? "error" : "accepted", got < 0 ? errno : 0);
    if (got >= 0)
        printf(" flags %x %x", fcntl(got, F_GETFL), fcntl(got, F_GETFD));
    show_peer(length);
    fflush(stdout);
    return got;
}

static void accepts(int family, int type)
{
    socklen_t size;
    int listener = bound(family, type, "listener", &size), got, fd;
    printf("family %d type %d\n", family, type);
    take("not listening", listener, 128, 0);
    if (listen(listener, 16))
        die("listen");
    for (int room = 0; room <= 130; room += 10) {
        fd = dial(family, type, size);
        got = take("room", listener, room, room % 20 ? SOCK_CLOEXEC : SOCK_NONBLOCK);
        if (write(fd, "x", 1) != 1 || read(got, &room, 0) != 0)
            die("write");
        close(fd);
        close(got);
    }
    if (family == AF_UNIX) {
        fd = socket(family, type, 0);
        struct sockaddr_un own = {AF_UNIX};
        sprintf(own.sun_path, "%s/client", folder);
        unlink(own.sun_path);
        bind(fd, (struct sockaddr *)&own, sizeof own);
        if (connect(fd, &address.any, size))
            die("connect");
        got = take("named", listener, 128, 0);
        close(got);
        close(fd);
    }
    fd = dial(family, type, size);
    memset(&peer, 0xee, sizeof peer);
    got = accept(listener, &peer.any, (void *)8);
    printf("bad length: %d %d\n", got, got < 0 ? errno : 0);
    close(fd);
    fd = dial(family, type, size);
    take("negative length", listener, -1, 0);
    close(fd);
    fd = dial(family, type, size);
    socklen_t length = 128;
    got = accept(listener, (void *)8, &length);
    printf("bad address: %d %d\n", got, got < 0 ? errno : 0);
    close(fd);
    take("bad flags", listener, 128, 3);

    fcntl(listener, F_SETFL, O_NONBLOCK);
    take("nothing there", listener, 128, 0);
    fcntl(listener, F_SETFL, 0);
    struct timeval timeout = {0, 30000};
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    take("timeout", listener, 128, 0);

    /* A full table loses no connection. */
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    int free = dup(0);
    close(free);
    none = before;
    none.rlim_cur = free + 1;
    fd = dial(family, type, size);
    setrlimit(RLIMIT_NOFILE, &none);
    take("full table", listener, 128, 0);
    setrlimit(RLIMIT_NOFILE, &before);
    got = take("after it", listener, 128, 0);
    close(got);
    close(fd);
    close(listener);
}

/* Shared with children, so that they see what has been handled. */
static volatile int *handled;

static void handler(int number)
{
    ++*handled;
}

static void catch(int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    if (!handled)
        handled = mmap(NULL, sizeof *handled, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *handled = 0;
}

enum { STEP = 10000, STEPS = 2000 };

/* Until a process sleeps, as in a call that waits; bounded, so that a mistake is seen. */
static void await_sleep(pid_t process)
{
    char name[64], text[512], state = 0;
    snprintf(name, sizeof name, "/proc/%d/stat", process);
    for (int i = 0; i < STEPS && state != 'S'; i++) {
        usleep(STEP);
        int fd = open(name, O_RDONLY);
        ssize_t length = read(fd, text, sizeof text - 1);
        close(fd);
        if (length <= 0) {
            perror(name);
            _exit(1);
        }
        text[length] = 0;
        state = strrchr(text, ')')[2];
    }
}

/* A child that sends signals to this process while it waits, each when the one before has been handled; then it connects, or sends. */
static pid_t pester(int after, int family, int type, socklen_t size)
{
    pid_t parent = getpid(), child = fork();
    if (child)
        return child;
    for (int i = 0; i < after; i++) {
        await_sleep(parent);
        kill(parent, SIGUSR1);
        for (int j = 0; j < STEPS && *handled == i; j++)
            usleep(STEP);
    }
    int fd = socket(family, type, 0);
    connect(fd, &address.any, size);
    if (write(fd, "late", 4) != 4)
        _exit(1);
    pause();
    _exit(0);
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void interrupted(void)
{
    socklen_t size;
    int listener = bound(AF_INET, SOCK_STREAM, "", &size);
    listen(listener, 4);
    for (int restart = 0; restart < 2; restart++)
        for (int timed = 0; timed < 2; timed++) {
            struct timeval timeout = {timed * 20, 0};
            setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
            catch(restart ? SA_RESTART : 0);
            pid_t child = pester(1, AF_INET, SOCK_STREAM, size);
            printf("restart %d timeout %d ", restart, timed);
            int got = take("signal while accepting", listener, 128, 0);
            printf("signals %d\n", *handled);
            if (got < 0)
                got = accept(listener, NULL, NULL);
            end(child);
            close(got);
        }
    int receiver = bound(AF_INET, SOCK_DGRAM, "", &size);
    for (int restart = 0; restart < 2; restart++)
        for (int timed = 0; timed < 2; timed++) {
            char data[8];
            struct timeval timeout = {timed * 20, 0};
            setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
            catch(restart ? SA_RESTART : 0);
            pid_t child = pester(1, AF_INET, SOCK_DGRAM, size);
            socklen_t length = sizeof peer;
            int got = recvfrom(receiver, data, sizeof data, 0, &peer.any, &length);
            printf("restart %d timeout %d signal while receiving: %d %d signals %d\n", restart, timed, got,
                got < 0 ? errno : 0, *handled);
            if (got < 0)
                got = recv(receiver, data, sizeof data, 0);
            end(child);
        }
}

static int hear(const char *what, int fd, size_t size, int flags, socklen_t room)
{
    static char data[70000];
    socklen_t length = room;
    memset(data, '.', sizeof data);
    memset(&peer, 0xee, sizeof peer);
    int got = recvfrom(fd, data, size, flags, &peer.any, &length);
    printf("%s: %d %d data %.12s", what, got, got < 0 ? errno : 0, data);
    show_peer(length);
    fflush(stdout);
    return got;
}

static void receives(int family)
{
    socklen_t size, mine;
    printf("datagrams of family %d\n", family);
    int to = bound(family, SOCK_DGRAM, "to", &size);
    socklen_t there = size;
    unsigned char saved[sizeof address];
    memcpy(saved, &address, sizeof address);
    int from = bound(family, SOCK_DGRAM, "from", &mine), unnamed = socket(family, SOCK_DGRAM, 0);
    memcpy(&address, saved, sizeof address);
    connect(from, &address.any, there);
    connect(unnamed, &address.any, there);
    last_part = family == AF_UNIX;
    for (int room = last_part ? 128 : 0; room <= 40 || room == 128; room += 8) {
        send(from, "hello", 5, 0);
        hear("room", to, 100, 0, room);
    }
    send(unnamed, "nameless", 8, 0);
    hear("nameless", to, 100, 0, 128);
    send(from, "", 0, 0);
    hear("empty", to, 100, 0, 128);
    send(from, "0123456789", 10, 0);
    hear("peek", to, 4, MSG_PEEK, 128);
    hear("peek for its size", to, 4, MSG_PEEK | MSG_TRUNC, 128);
    hear("cut", to, 4, 0, 128);
    send(from, "0123456789", 10, 0);
    hear("cut, with its size", to, 4, MSG_TRUNC, 128);
    send(from, "0123456789", 10, 0);
    hear("no room", to, 0, 0, 128);
    static char big[60000];
    memset(big, 'b', sizeof big);
    send(from, big, sizeof big, 0);
    hear("large", to, sizeof big + 1, 0, 128);
    hear("nothing there", to, 100, MSG_DONTWAIT, 128);
    if (family != AF_UNIX)
        hear("errors", to, 100, MSG_ERRQUEUE, 128);
    send(from, "a", 1, 0);
    hear("negative room", to, 100, 0, -1);
    socklen_t length = 128;
    send(from, "a", 1, 0);
    int got = recvfrom(to, (void *)8, 4, 0, &peer.any, &length);
    printf("bad buffer: %d %d\n", got, got < 0 ? errno : 0);
    char byte;
    hear("after it", to, 100, MSG_DONTWAIT, 128);
    send(from, "a", 1, 0);
    got = recvfrom(to, &byte, 1, 0, &peer.any, (void *)8);
    printf("bad length: %d %d\n", got, got < 0 ? errno : 0);
    struct timeval timeout = {0, 30000};
    setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    hear("timeout", to, 100, 0, 128);
    last_part = 0;
    close(from);
    close(to);
}

static void streams(int family)
{
    socklen_t size;
    printf("stream of family %d\n", family);
    int listener = bound(family, SOCK_STREAM, "stream", &size);
    listen(listener, 1);
    int fd = dial(family, SOCK_STREAM, size), got = accept(listener, NULL, NULL);
    hear("not connected", listener, 10, 0, 128);
    write(fd, "hello", 5);
    hear("stream", got, 3, 0, 128);
    hear("rest", got, 10, 0, 128);
    pid_t child = fork();
    if (!child) {
        write(fd, "first", 5);
        usleep(50000);
        write(fd, "second", 6);
        usleep(50000);
        write(fd, "third", 5);
        _exit(0);
    }
    hear("all of it", got, 14, MSG_WAITALL, 128);
    waitpid(child, NULL, 0);
    hear("the rest of it", got, 14, 0, 128);
    shutdown(fd, SHUT_WR);
    hear("end", got, 10, 0, 128);
    hear("all, at the end", got, 10, MSG_WAITALL, 128);
    close(fd);
    close(got);
    close(listener);
}

static void options(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), six = socket(AF_INET6, SOCK_STREAM, 0), value, result;
    char big[5000] = {1};
    static const struct {
        int level, name, length;
    } tries[] = {{SOL_SOCKET, SO_REUSEADDR, 4}, {SOL_SOCKET, SO_REUSEADDR, 3}, {SOL_SOCKET, SO_REUSEADDR, 0},
        {SOL_SOCKET, SO_REUSEADDR, -1}, {SOL_SOCKET, SO_REUSEADDR, 100}, {SOL_SOCKET, SO_REUSEPORT, 4},
        {SOL_SOCKET, SO_KEEPALIVE, 4}, {SOL_SOCKET, SO_KEEPALIVE, 4999}, {SOL_SOCKET, SO_MARK, 4}, {SOL_SOCKET, SO_RCVBUF, 4},
        {SOL_SOCKET, 9999, 4}, {IPPROTO_TCP, 1, 4}, {IPPROTO_IP, IP_TOS, 1}, {IPPROTO_IP, 15, 4}, {IPPROTO_IP, 19, 4},
        {IPPROTO_IPV6, 26, 4}, {IPPROTO_IPV6, 75, 4}, {IPPROTO_IPV6, 78, 4}, {SOL_SOCKET, SO_ATTACH_FILTER, 4}, {77, 1, 4}};
    for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++)
        for (int family = 0; family < 2; family++) {
            socklen_t size = 4;
            value = -1;
            result = setsockopt(family ? six : fd, tries[i].level, tries[i].name, big, tries[i].length);
            printf("option %d %d length %d family %d: %d %d", tries[i].level, tries[i].name, tries[i].length, family,
                result, result ? errno : 0);
            if (tries[i].name != SO_ATTACH_FILTER)
                getsockopt(family ? six : fd, tries[i].level, tries[i].name, &value, &size);
            printf(" reads %d\n", value);
        }
    result = setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, (void *)8, 4);
    printf("bad value: %d %d\n", result, errno);
    result = setsockopt(999, SOL_SOCKET, SO_KEEPALIVE, big, 4);
    printf("bad descriptor: %d %d\n", result, errno);
    result = setsockopt(0, SOL_SOCKET, SO_KEEPALIVE, big, 4);
    printf("no socket: %d %d\n", result, errno);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    take("bad descriptor", 999, 128, 0);
    take("no socket", 0, 128, 0);
    take("datagrams", socket(AF_INET, SOCK_DGRAM, 0), 128, 0);
    hear("bad descriptor", 999, 1, 0, 128);
    hear("no socket", 0, 1, 0, 128);
    accepts(AF_INET, SOCK_STREAM);
    accepts(AF_INET6, SOCK_STREAM);
    accepts(AF_UNIX, SOCK_STREAM);
    accepts(AF_UNIX, SOCK_SEQPACKET);
    receives(AF_INET);
    receives(AF_INET6);
    receives(AF_UNIX);
    streams(AF_INET);
    streams(AF_UNIX);
    options();
    interrupted();
    return 0;
}
