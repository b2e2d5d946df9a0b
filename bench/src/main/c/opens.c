/*
 * Opens a file for reading and closes it again and again, and prints the nanoseconds for each, one line for each round.
 *
 *   opens FILE ROUNDS TIMES
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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
    if (argc != 4)
        return 2;
    int times = atoi(argv[3]);
    for (int round = atoi(argv[2]); round > 0; round--) {
        double start = now();
        for (int i = 0; i < times; i++) {
            int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
            if (fd < 0) {
                perror(argv[1]);
                return 1;
            }
            close(fd);
        }
        printf("%f\n", (now() - start) / times);
    }
    return 0;
}
