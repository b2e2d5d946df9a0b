/*
 * Makes socket calls on loopback again and again and prints the nanoseconds for each sequence, one line for each round.
 *
 *   socketcalls bind    ROUNDS TIMES    socket, bind to a port that the kernel picks, getsockname, close
 *   socketcalls rebind  ROUNDS TIMES    the same, each time to port 23456
 *   socketcalls connect ROUNDS TIMES    socket, connect, close; the other end is accepted outside the time that is taken
 *   socketcalls sendto  ROUNDS TIMES    sendto and recv of one datagram between two sockets of UDP
 *
 * The listener resets what it accepted, so that no port is left in TIME_WAIT.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Below the ports that the kernel picks. */
#define FIXED 23456

static struct sockaddr_in at;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "socketcalls: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static int make(void)
{
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(s, "socket");
    return s;
}

/* Binds to the port in `at` and leaves the socket's name in `got`. */
static void bound(int s, struct sockaddr_in *got)
{
    socklen_t length = sizeof *got;
    check(bind(s, (struct sockaddr *)&at, sizeof at), "bind");
    check(getsockname(s, (struct sockaddr *)got, &length), "getsockname");
    if (length != sizeof *got || got->sin_addr.s_addr != at.sin_addr.s_addr || got->sin_port == 0 ||
        (at.sin_port != 0 && got->sin_port != at.sin_port)) {
        fprintf(stderr, "socketcalls: getsockname gave another address\n");
        exit(1);
    }
}

static double binds(int times)
{
    double start = now();
    for (int i = 0; i < times; i++) {
        struct sockaddr_in got;
        int s = make();
        bound(s, &got);
        close(s);
    }
    return now() - start;
}

static double connects(int times)
{
    struct linger reset = { 1, 0 };
    struct sockaddr_in here;
    int listener = make();
    double spent = 0;

    bound(listener, &here);
    check(setsockopt(listener, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "SO_LINGER");
    check(listen(listener, 16), "listen");
    for (int i = 0; i < times; i++) {
        double start = now();
        int s = make();
        check(connect(s, (struct sockaddr *)&here, sizeof here), "connect");
        spent += now() - start;
        int other = accept(listener, NULL, NULL);
        check(other, "accept");
        close(other);
        start = now();
        close(s);
        spent += now() - start;
    }
    close(listener);
    return spent;
}

static double sends(int times)
{
    struct sockaddr_in here;
    char byte = 0;
    int from = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int to = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    check(from, "socket");
    check(to, "socket");
    bound(to, &here);
    double start = now();
    for (int i = 0; i < times; i++) {
        check(sendto(from, &byte, 1, 0, (struct sockaddr *)&here, sizeof here), "sendto");
        check(recv(to, &byte, 1, 0), "recv");
    }
    double spent = now() - start;
    close(from);
    close(to);
    return spent;
}

static double once(const char *mode, int times)
{
    return !strcmp(mode, "sendto") ? sends(times) : !strcmp(mode, "connect") ? connects(times) : binds(times);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 125;
    int rounds = atoi(argv[2]);
    int times = atoi(argv[3]);
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!strcmp(argv[1], "rebind"))
        at.sin_port = htons(FIXED);
    for (int round = 0; round < rounds; round++)
        printf("%.1f\n", once(argv[1], times) / times);
    return 0;
}
