/*
 * Tries to have one destination judged and another one sent to. A second thread changes what the first one's send refers
 * to, all the time, while the supervisor judges it.
 *
 * sendrace MODE TRIES ALLOWED FORBIDDEN
 *
 * ALLOWED and FORBIDDEN are ports of 127.0.0.1, or paths of Unix datagram sockets. Whether something came to the forbidden
 * one is seen there; what is seen here is how often a send was judged by what is allowed and how often it was denied. Prints
 * breaches (as far as they are seen here), allowed, denied, other, in how many tries the second thread came between, and the
 * last errno that was none of these.
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
#include <sys/un.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const char *mode;
static atomic_long flips;
static atomic_int stop;
static long breaches, passed, denied, other, raced;
static int last_other;

static union {
    struct sockaddr sa;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
} allowed, forbidden, target;
static socklen_t length;
static int fd, kept[2];
static atomic_int shown = -1;
static char control[CMSG_SPACE(24)];
static struct iovec vector = {"x", 1};
static struct mmsghdr messages[2];
static struct msghdr *const header = &messages[0].msg_hdr;

static void die(const char *what)
{
    perror(what);
    exit(3);
}

static void flipped(void)
{
    atomic_fetch_add(&flips, 1);
}

/* All bytes in which the two addresses differ; at the end of a round the target is the allowed one. */
static void *flip_bytes(void *unused)
{
    volatile char *to = (volatile char *)&target;
    const char *a = (const char *)&allowed, *b = (const char *)&forbidden;
    int places[sizeof target], count = 0;
    for (int i = 0; i < (int)sizeof target; i++)
        if (a[i] != b[i])
            places[count++] = i;
    while (!stop) {
        for (int i = 0; i < count; i++)
            to[places[i]] = b[places[i]];
        flipped();
        for (int i = 0; i < count; i++)
            to[places[i]] = a[places[i]];
        flipped();
    }
    return unused;
}

static void *flip_name(void *unused)
{
    void *volatile *name = &header->msg_name;
    void *one = !strcmp(mode, "null-name") ? NULL : &allowed;
    while (!stop) {
        *name = &forbidden;
        flipped();
        *name = one;
        flipped();
    }
    return unused;
}

static void *flip_length(void *unused)
{
    volatile socklen_t *size = &header->msg_namelen;
    while (!stop) {
        *size = length;
        flipped();
        *size = 0;
        flipped();
    }
    return unused;
}

static void *flip_control(void *unused)
{
    volatile int *level = &((struct cmsghdr *)control)->cmsg_level;
    while (!stop) {
        *level = IPPROTO_IPV6;
        flipped();
        *level = 9999;
        flipped();
    }
    return unused;
}

/* A stream takes no address and is therefore not judged by one; a datagram socket comes to stand at its number. */
static void *flip_number(void *unused)
{
    while (!stop) {
        dup3(kept[0], fd, O_CLOEXEC);
        flipped();
        dup3(kept[1], fd, O_CLOEXEC);
        flipped();
    }
    return unused;
}

/* Makes an IPv4 socket of an IPv6 one, which reads AF_UNSPEC in another way. */
static void *change_family(void *unused)
{
    int four = AF_INET;
    while (!stop) {
        int now = atomic_load(&shown);
        if (now >= 0)
            setsockopt(now, IPPROTO_IPV6, IPV6_ADDRFORM, &four, sizeof four);
        flipped();
    }
    return unused;
}

static void set_in(void *to, int family, const char *port)
{
    struct sockaddr_in *in = to;
    memset(to, 0, sizeof target);
    in->sin_family = family;
    in->sin_port = htons(atoi(port));
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    length = sizeof *in;
}

static void set_mapped(void *to, const char *port)
{
    struct sockaddr_in6 *in6 = to;
    memset(to, 0, sizeof target);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(atoi(port));
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &in6->sin6_addr);
    length = sizeof *in6;
}

static void set_un(void *to, const char *path)
{
    struct sockaddr_un *un = to;
    memset(to, 0, sizeof target);
    un->sun_family = AF_UNIX;
    strncpy(un->sun_path, path, sizeof un->sun_path - 1);
    length = offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static int open_socket(int family, int type, int protocol)
{
    int made = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (made < 0)
        die("socket");
    return made;
}

static int is(const char *name)
{
    return !strcmp(mode, name);
}

static void note(long result, int expected)
{
    if (result < 0 && errno == EACCES)
        denied++;
    else if (result >= 0 ? expected == 0 : errno == expected)
        passed++;
    else if (result >= 0)
        breaches++;
    else {
        other++;
        last_other = errno;
    }
}

static void try_once(void)
{
    if (is("fastopen") || is("mptcp")) {
        int s = open_socket(AF_INET, SOCK_STREAM, is("mptcp") ? IPPROTO_MPTCP : 0);
        long result = sendto(s, "x", 1, MSG_FASTOPEN, &target.sa, length);
        /* Nobody listens where it is allowed; without blocking that shows later. */
        if (result < 0 && errno == ECONNREFUSED)
            errno = EINPROGRESS;
        note(result, EINPROGRESS);
        close(s);
    } else if (is("addrform")) {
        int s = open_socket(AF_INET6, SOCK_DGRAM, 0);
        if (connect(s, &allowed.sa, sizeof allowed.in6))
            die("connect");
        atomic_store(&shown, s);
        long result = sendmsg(s, header, 0);
        int saved = errno;
        atomic_store(&shown, -1);
        errno = saved;
        note(result, 0);
        long before = flips;
        /* The number may be used again only when the second thread has let go of it. */
        while (flips < before + 2)
            sched_yield();
        close(s);
    } else if (is("many")) {
        int sent = sendmmsg(fd, messages, 2, 0);
        errno = EACCES;
        note(sent == 1 ? -1 : sent == 2 ? 0 : 1, sent == 2 ? 0 : -1);
    } else if (is("number"))
        note(sendto(fd, "x", 1, MSG_NOSIGNAL, &target.sa, length), EOPNOTSUPP);
    else if (is("unspec"))
        note(sendto(fd, "x", 1, 0, &target.sa, length), EAFNOSUPPORT);
    else if (is("route"))
        note(sendmsg(fd, header, 0), ENETUNREACH);
    else if (is("name") || is("null-name") || is("length") || is("msg-in"))
        note(sendmsg(fd, header, 0), 0);
    else
        /* Nobody listens on the allowed path. */
        note(sendto(fd, "x", 1, 0, &target.sa, length), is("to-un") || is("raw") ? ECONNREFUSED : 0);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    mode = argv[1];
    long tries = atol(argv[2]);
    void *(*flipper)(void *) = flip_bytes;

    fd = -1;
    if (is("to-un") || is("raw") || is("number")) {
        set_un(&allowed, argv[3]);
        set_un(&forbidden, argv[4]);
        fd = open_socket(AF_UNIX, is("raw") ? SOCK_RAW : SOCK_DGRAM, 0);
    } else if (is("mapped")) {
        set_mapped(&allowed, argv[3]);
        set_mapped(&forbidden, argv[4]);
        fd = open_socket(AF_INET6, SOCK_DGRAM, 0);
    } else {
        set_in(&allowed, AF_INET, argv[3]);
        set_in(&forbidden, AF_INET, argv[4]);
        fd = open_socket(AF_INET, SOCK_DGRAM, 0);
    }
    target = allowed;
    for (int i = 0; i < 2; i++)
        messages[i].msg_hdr = (struct msghdr){&target, length, &vector, 1};
    if (is("name") || is("null-name")) {
        if (connect(fd, &allowed.sa, length))
            die("connect");
        flipper = flip_name;
    } else if (is("length")) {
        if (connect(fd, &allowed.sa, length))
            die("connect");
        header->msg_name = &forbidden;
        flipper = flip_length;
    } else if (is("many")) {
        messages[0].msg_hdr.msg_name = &allowed;
    } else if (is("unspec")) {
        /* An IPv4 socket reads AF_UNSPEC as IPv4, and takes no other family. */
        forbidden.in.sin_family = AF_UNSPEC;
        allowed = forbidden;
        allowed.in.sin_family = AF_INET6;
        target = allowed;
    } else if (is("number")) {
        kept[0] = fd;
        kept[1] = open_socket(AF_UNIX, SOCK_STREAM, 0);
        fd = fcntl(kept[1], F_DUPFD_CLOEXEC, 100);
        target = forbidden;
        flipper = flip_number;
    } else if (is("addrform")) {
        forbidden.in.sin_family = AF_UNSPEC;
        target = forbidden;
        header->msg_namelen = sizeof target.in;
        set_mapped(&allowed, argv[3]);
        flipper = change_family;
    } else if (is("route")) {
        /* Nobody is at the address itself, so the packet leaves only if the header leads it to ::1. */
        struct cmsghdr *route = (struct cmsghdr *)control;
        unsigned char *data = CMSG_DATA(route);
        close(fd);
        fd = open_socket(AF_INET6, SOCK_DGRAM, 0);
        if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3))
            die("SO_BINDTODEVICE");
        memset(&target, 0, sizeof target);
        target.in6.sin6_family = AF_INET6;
        target.in6.sin6_port = htons(atoi(argv[3]));
        inet_pton(AF_INET6, "2001:db8::1", &target.in6.sin6_addr);
        route->cmsg_len = CMSG_LEN(24);
        route->cmsg_level = 9999;
        route->cmsg_type = IPV6_RTHDR;
        data[1] = 2;
        data[2] = 2;
        data[3] = 1;
        data[23] = 1;
        header->msg_namelen = sizeof target.in6;
        header->msg_control = control;
        header->msg_controllen = sizeof control;
        flipper = flip_control;
    }

    pthread_t thread;
    if (pthread_create(&thread, NULL, flipper, NULL))
        return 3;
    long before = 0;
    for (long i = 0; i < tries; i++) {
        for (int spins = 0; flips == before; spins++)
            if (spins > 2000)
                sched_yield();
        before = flips;
        try_once();
        raced += flips != before;
        before = flips;
    }
    stop = 1;
    pthread_join(thread, NULL);
    printf("%ld %ld %ld %ld %ld %d\n", breaches, passed, denied, other, raced, last_other);
    return 0;
}
