/*
 * Tries to have one thing judged and another one used. A second thread changes what the first one's bind(2) or connect(2)
 * refers to, all the time, while the supervisor judges the call.
 *
 * race MODE TRIES ALLOWED FORBIDDEN
 *
 * Nobody listens on what is allowed, so a call that was judged by it is refused by the kernel (ECONNREFUSED), and one that
 * was judged by what is forbidden by the supervisor (EACCES). What succeeds is a break-in. Prints how often each was seen:
 * breaches, allowed, denied, other, and in how many tries the second thread really came between.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

static const char *allowed, *forbidden;
static atomic_long flips;
static atomic_int stop;
static long breaches, passed, denied, other, raced;
static int last_other;

/* What the first thread passes to the kernel; changed by the second one. */
static union {
    struct sockaddr_in in;
    struct sockaddr_un un;
} address;
static socklen_t length;
static volatile unsigned short port_allowed, port_forbidden;
static int number = 100;
static char flipped[512], twin[512];

static void die(const char *what)
{
    perror(what);
    exit(3);
}

static void note(int result, int expected)
{
    if (result >= 0)
        breaches++;
    else if (errno == EACCES)
        denied++;
    else if (errno == expected)
        passed++;
    else {
        other++;
        last_other = errno;
    }
}

/* The flippers. Each ends with one more flip, so that none can stay for ever on one side. */

static void *flip_port(void *unused)
{
    volatile unsigned short *port = &address.in.sin_port;
    while (!stop) {
        *port = port_forbidden;
        atomic_fetch_add(&flips, 1);
        *port = port_allowed;
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

static size_t differs;

static void *flip_path(void *unused)
{
    volatile char *byte = &address.un.sun_path[differs];
    while (!stop) {
        *byte = forbidden[differs];
        atomic_fetch_add(&flips, 1);
        *byte = allowed[differs];
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

/* close, and another socket at the same number: what an event loop does with a recycled descriptor. */
static void *flip_number_by_close(void *unused)
{
    int family = AF_INET;
    while (!stop) {
        int fresh = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        close(number);
        if (fresh >= 0 && fcntl(fresh, F_DUPFD_CLOEXEC, number) != number)
            other++;
        close(fresh);
        family = family == AF_INET ? AF_UNIX : AF_INET;
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

static void *flip_number_by_dup2(void *unused)
{
    while (!stop) {
        int in = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int un = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        dup3(in, number, O_CLOEXEC);
        atomic_fetch_add(&flips, 1);
        dup3(un, number, O_CLOEXEC);
        atomic_fetch_add(&flips, 1);
        close(in);
        close(un);
    }
    return unused;
}

/* Binds the socket to whatever port the kernel likes, by way of a connect, and takes that back, over and over. */
static void *flip_connection(void *unused)
{
    struct sockaddr_in nobody = {AF_INET, port_allowed, {htonl(INADDR_LOOPBACK)}};
    struct sockaddr none = {AF_UNSPEC};
    while (!stop) {
        connect(number, (struct sockaddr *)&nobody, sizeof nobody);
        atomic_fetch_add(&flips, 1);
        connect(number, &none, sizeof none);
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

/* An address of another machine, reserved for documentation; a socket may be bound to it all the same. */
static in_addr_t foreign, own;

static void *flip_address(void *unused)
{
    volatile in_addr_t *ip = &address.in.sin_addr.s_addr;
    while (!stop) {
        *ip = foreign;
        atomic_fetch_add(&flips, 1);
        *ip = own;
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

static void *flip_names(void *unused)
{
    while (!stop) {
        if (syscall(SYS_renameat2, AT_FDCWD, flipped, AT_FDCWD, twin, RENAME_EXCHANGE))
            die("renameat2");
        atomic_fetch_add(&flips, 1);
    }
    return unused;
}

static void set_in(const char *port)
{
    address.in.sin_family = AF_INET;
    address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.in.sin_port = htons(atoi(port));
    length = sizeof address.in;
}

static void set_un(const char *path)
{
    address.un.sun_family = AF_UNIX;
    strncpy(address.un.sun_path, path, sizeof address.un.sun_path - 1);
    length = offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static int stream(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket");
    return fd;
}

static void try_connect(int family)
{
    int fd = stream(family);
    note(connect(fd, (struct sockaddr *)&address, length), ECONNREFUSED);
    close(fd);
}

/* Binding what is allowed works, so the kernel is asked what it was. */
static void try_bind_in(void)
{
    struct sockaddr_in got;
    socklen_t size = sizeof got;
    int fd = stream(AF_INET);
    int result = bind(fd, (struct sockaddr *)&address, length);
    if (result == 0 && getsockname(fd, (struct sockaddr *)&got, &size) == 0 && got.sin_port == port_allowed) {
        result = -1;
        errno = ECONNREFUSED;
    }
    note(result, ECONNREFUSED);
    close(fd);
}

/* The socket's file is looked for where it must not be, past the names that change. */
static int allowed_folder, forbidden_folder;

static void try_bind_un(void)
{
    struct stat ignored;
    int fd = stream(AF_UNIX);
    int result = bind(fd, (struct sockaddr *)&address, length);
    int saved = errno;
    if (result == 0) {
        result = fstatat(forbidden_folder, "s", &ignored, 0) == 0 ? 0 : -1;
        saved = ECONNREFUSED;
    }
    unlinkat(allowed_folder, "s", 0);
    errno = saved;
    note(result, ECONNREFUSED);
    close(fd);
}

static void try_number(void)
{
    int result = connect(number, (struct sockaddr *)&address, length);
    if (result < 0 && (errno == EAFNOSUPPORT || errno == EINVAL || errno == EBADF || errno == EPROTOTYPE))
        errno = ECONNREFUSED;
    note(result, ECONNREFUSED);
}

/* A Unix socket that is not bound cannot listen (EINVAL); a TCP socket may, and binds itself. */
static void try_listen(void)
{
    note(listen(number, 1), EINVAL);
}

/* Every other time on a socket that certainly cannot listen, so that both answers are seen. */
static void try_listen_between(long turn)
{
    if (turn & 1) {
        int fd = stream(AF_UNIX);
        note(listen(fd, 1), EINVAL);
        close(fd);
        return;
    }
    int fd = stream(AF_INET);
    dup3(fd, number, O_CLOEXEC);
    close(fd);
    note(listen(number, 1), EINVAL);
}

/* What may be bound may be connected to, if it is this machine's. */
static void try_learn(void)
{
    struct sockaddr_in got;
    socklen_t size = sizeof got;
    int one = 1, fd = stream(AF_INET), other = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof one);
    setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, length) || getsockname(fd, (struct sockaddr *)&got, &size))
        die("bind");
    int result = connect(other, (struct sockaddr *)&got, sizeof got);
    if (got.sin_addr.s_addr == own && result < 0 && (errno == ECONNREFUSED || errno == EINPROGRESS))
        note(-1, errno);
    else
        note(result < 0 && errno == EACCES && got.sin_addr.s_addr == foreign ? -1 : 0, ECONNREFUSED);
    close(fd);
    close(other);
}

static int folder(const char *path)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        die(path);
    return fd;
}

/* DIR/p is the allowed folder and DIR/q a link to the forbidden one; the two change places. */
static void prepare_names(void)
{
    snprintf(flipped, sizeof flipped, "%s/p", allowed);
    snprintf(twin, sizeof twin, "%s/q", allowed);
    if (symlink(forbidden, twin))
        die("symlink");
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    const char *mode = argv[1];
    long tries = atol(argv[2]);
    allowed = argv[3];
    forbidden = argv[4];
    void *(*flipper)(void *) = NULL;
    char path[600];

    if (!strcmp(mode, "connect-in") || !strcmp(mode, "bind-in")) {
        set_in(allowed);
        port_allowed = htons(atoi(allowed));
        port_forbidden = htons(atoi(forbidden));
        flipper = flip_port;
    } else if (!strcmp(mode, "connect-un")) {
        set_un(allowed);
        while (allowed[differs] == forbidden[differs])
            differs++;
        flipper = flip_path;
    } else if (!strcmp(mode, "bind-un")) {
        allowed_folder = folder(allowed);
        forbidden_folder = folder(forbidden);
        while (allowed[differs] == forbidden[differs])
            differs++;
        snprintf(path, sizeof path, "%s/s", allowed);
        set_un(path);
        flipper = flip_path;
    } else if (!strcmp(mode, "close") || !strcmp(mode, "dup2")) {
        set_un(forbidden);
        flipper = !strcmp(mode, "dup2") ? flip_number_by_dup2 : flip_number_by_close;
    } else if (!strcmp(mode, "listen-dup2") || !strcmp(mode, "listen-connect")) {
        port_allowed = htons(atoi(allowed));
        flipper = !strcmp(mode, "listen-dup2") ? flip_number_by_dup2 : flip_connection;
    } else if (!strcmp(mode, "learn")) {
        set_in("0");
        own = inet_addr(allowed);
        foreign = inet_addr(forbidden);
        flipper = flip_address;
    } else if (!strcmp(mode, "connect-rename") || !strcmp(mode, "bind-rename")) {
        prepare_names();
        allowed_folder = folder(flipped);
        forbidden_folder = folder(forbidden);
        snprintf(path, sizeof path, "%s/s", flipped);
        set_un(path);
        flipper = flip_names;
    } else if (!strcmp(mode, "connect-link")) {
        /* ALLOWED/p and ALLOWED/q are links, to a socket that nobody listens on and to the forbidden one. */
        snprintf(flipped, sizeof flipped, "%s/p", allowed);
        snprintf(twin, sizeof twin, "%s/q", allowed);
        if (symlink(forbidden, twin) || symlink("s", flipped))
            die("symlink");
        set_un(flipped);
        flipper = flip_names;
    } else
        return 2;

    pthread_t thread;
    if (pthread_create(&thread, NULL, flipper, NULL))
        return 3;
    long before = 0;
    for (long i = 0; i < tries; i++) {
        /* Only while the second thread has a processor is there anything to win. */
        for (int spins = 0; flips == before; spins++)
            if (spins > 2000)
                sched_yield();
        before = flips;
        if (!strcmp(mode, "bind-in"))
            try_bind_in();
        else if (!strcmp(mode, "listen-dup2"))
            try_listen();
        else if (!strcmp(mode, "listen-connect"))
            try_listen_between(i);
        else if (!strcmp(mode, "learn"))
            try_learn();
        else if (!strncmp(mode, "bind-", 5))
            try_bind_un();
        else if (flipper == flip_number_by_close || flipper == flip_number_by_dup2)
            try_number();
        else
            try_connect(flipper == flip_port ? AF_INET : AF_UNIX);
        raced += flips != before;
        before = flips;
    }
    stop = 1;
    pthread_join(thread, NULL);
    printf("%ld %ld %ld %ld %ld %d\n", breaches, passed, denied, other, raced, last_other);
    return 0;
}
