/*
 * Calls getppid(2) again and again and prints the nanoseconds for each call, one line for each round.
 * getppid ROUNDS CALLS
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 10;
    int calls = argc > 2 ? atoi(argv[2]) : 10000;

    for (int round = 0; round < rounds; round++) {
        double start = now();
        for (int i = 0; i < calls; i++)
            syscall(SYS_getppid);
        printf("%.1f\n", (now() - start) / calls);
    }
    return 0;
}
