/*
 * What netlink-speed.sh and netlink-flood.sh run.
 *
 *   interfaces names COUNT [alone]   if_nameindex(3) over and over, after a first time; prints microseconds for each. With
 *                                    "alone" in a network namespace of its own, with lo switched on: the same topology
 *   interfaces ping COUNT            a byte to and fro over a socketpair; prints microseconds for each round
 *   interfaces work SECONDS          if_nameindex(3) for so long; prints how often, and the longest in microseconds
 *   interfaces flood COUNT           asks for all interfaces that often and reads no answer; prints requests a second
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void names(void) {
    struct if_nameindex *all = if_nameindex();
    if (!all || strcmp(all[0].if_name, "lo")) fail("if_nameindex");
    if_freenameindex(all);
}

static void be_alone(void) {
    if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) fail("unshare");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request)) fail("lo");
    close(fd);
}

static void ping(long count) {
    int ends[2];
    char byte = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) fail("socketpair");
    pid_t child = fork();
    if (!child) {
        close(ends[0]);
        while (recv(ends[1], &byte, 1, 0) == 1) send(ends[1], &byte, 1, 0);
        _exit(0);
    }
    close(ends[1]);
    double start = now();
    for (long i = 0; i < count; i++)
        if (send(ends[0], &byte, 1, 0) != 1 || recv(ends[0], &byte, 1, 0) != 1) fail("ping");
    printf("%f\n", (now() - start) / count);
    close(ends[0]);
    waitpid(child, 0, 0);
}

static void work(double seconds) {
    double start = now(), last = start, longest = 0;
    long count = 0;
    while (last - start < seconds * 1e6) {
        names();
        double then = last;
        last = now();
        if (last - then > longest) longest = last - then;
        count++;
    }
    printf("%ld\n%f\n", count, longest);
}

static void flood(long count) {
    struct {
        struct nlmsghdr head;
        struct ifinfomsg body;
    } request = {{sizeof(request), RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {0}};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) fail("socket");
    double start = now();
    /* The kernel says ENOBUFS to who does not read; such a request counts as one. */
    for (long i = 0; i < count; i++)
        if (send(fd, &request, sizeof(request), 0) < 0 && errno != ENOBUFS && errno != EAGAIN) fail("send");
    printf("%f\n", count / (now() - start) * 1e6);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    if (argc == 4) be_alone();
    if (!strcmp(argv[1], "names")) {
        long count = atol(argv[2]);
        names();
        double start = now();
        for (long i = 0; i < count; i++) names();
        printf("%f\n", (now() - start) / count);
    } else if (!strcmp(argv[1], "ping"))
        ping(atol(argv[2]));
    else if (!strcmp(argv[1], "work"))
        work(atof(argv[2]));
    else
        flood(atol(argv[2]));
    return 0;
}
