/*
 * Runs programs in turns and prints for each the median of its milliseconds from posix_spawn to its end.
 * alternate TURNS PROGRAM...
 */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int turns = argc > 2 ? atoi(argv[1]) : 0;
    int programs = argc - 2;
    if (turns < 1)
        return 2;
    double *times = calloc((size_t)turns * programs, sizeof *times);

    for (int turn = 0; turn < turns; turn++)
        for (int i = 0; i < programs; i++) {
            char *arguments[] = { argv[2 + i], NULL };
            double start = now();
            pid_t child;
            int status;
            if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) || waitpid(child, &status, 0) < 0 || status) {
                fprintf(stderr, "alternate: %s failed\n", arguments[0]);
                return 1;
            }
            times[i * turns + turn] = now() - start;
        }
    for (int i = 0; i < programs; i++) {
        qsort(times + i * turns, turns, sizeof *times, order);
        printf("%s %.1f ms\n", argv[2 + i], times[i * turns + turns / 2]);
    }
    return 0;
}
