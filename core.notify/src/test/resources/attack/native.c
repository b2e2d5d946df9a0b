/*
 * Prints how many of its calls were answered by a supervisor. A call that was is a switch to another process and back; one
 * that was not costs no voluntary context switch. Calls read, write, send, recv and close on a connected pair many times.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct rusage before, after;
    char byte = 0;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return 1;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 1000; i++) {
        int copy = dup(pair[0]);
        if (write(copy, &byte, 1) != 1 || read(pair[1], &byte, 1) != 1)
            return 1;
        if (send(copy, &byte, 1, 0) != 1 || recv(pair[1], &byte, 1, 0) != 1)
            return 1;
        close(copy);
    }
    getrusage(RUSAGE_SELF, &after);
    printf("%ld\n", after.ru_nvcsw - before.ru_nvcsw);
    return 0;
}
