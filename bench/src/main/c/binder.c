/*
 * Binds loopback sockets for some seconds, or until SIGTERM, and prints how many binds there were, how many answers were wrong, how many
 * milliseconds it took, and how many microseconds the half, 99 % and all of the binds took at most: bind(2) has to return 0,
 * and getsockname(2) of each hundredth socket the address with a port.
 *
 * binder SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
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

/* Binds by the microseconds that they took; the last counts all longer ones. */
#define LONGEST 2000000
static unsigned counts[LONGEST + 1];
static double longest;

static void count(double micros)
{
    counts[micros < LONGEST ? (int)micros : LONGEST]++;
    if (micros > longest)
        longest = micros;
}

static volatile sig_atomic_t over;

static void finish(int number)
{
    over = number;
}

static int quantile(long binds, double part)
{
    long seen = 0;
    for (int i = 0; i < LONGEST; i++) {
        seen += counts[i];
        if (seen >= binds * part)
            return i + 1;
    }
    return LONGEST;
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    long binds = 0, wrong = 0;
    if (argc != 2)
        return 125;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    signal(SIGTERM, finish);

    double start = now(), end = start + atoi(argv[1]) * 1e3;
    while (!over && now() < end) {
        int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        double before = now();
        int bad = bind(s, (struct sockaddr *)&at, sizeof at);
        count((now() - before) * 1e3);
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
    printf("%d\n%d\n%.0f\n", quantile(binds, 0.5), quantile(binds, 0.99), longest);
    return 0;
}
