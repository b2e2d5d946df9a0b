/*
 * Binds loopback sockets for some seconds and prints how many binds there were, how many answers were wrong, and how many
 * milliseconds it took: bind(2) has to return 0, and getsockname(2) of each hundredth socket the address with a port.
 *
 * binder SECONDS
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

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    long binds = 0, wrong = 0;
    if (argc != 2)
        return 125;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    double start = now(), end = start + atoi(argv[1]) * 1e3;
    while (now() < end) {
        int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int bad = bind(s, (struct sockaddr *)&at, sizeof at);
        if (bad)
            fprintf(stderr, "binder: bind: %s\n", strerror(errno));
        if (!bad && binds % 100 == 0) {
            struct sockaddr_in got = { 0 };
            socklen_t length = sizeof got;
            bad = getsockname(s, (struct sockaddr *)&got, &length) || length != sizeof got ||
                  got.sin_addr.s_addr != at.sin_addr.s_addr || got.sin_port == 0;
        }
        wrong += bad != 0;
        binds++;
        close(s);
    }
    printf("%ld\n%ld\n%.1f\n", binds, wrong, now() - start);
    return 0;
}
