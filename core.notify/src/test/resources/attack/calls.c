/*
 * Makes calls and prints what each came to, "NAME RESULT" or "NAME -ERRNO".
 * calls [-t] NAME...      with -t all at the same time, each on a thread of its own
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *call(void *argument)
{
    const char *name = argument;
    long number = !strcmp(name, "getppid") ? SYS_getppid
        : !strcmp(name, "getpgid") ? SYS_getpgid
        : !strcmp(name, "getsid") ? SYS_getsid
        : !strcmp(name, "getuid") ? SYS_getuid
        : !strcmp(name, "getgid") ? SYS_getgid
        : !strcmp(name, "getegid") ? SYS_getegid
        : -1;
    long result = syscall(number, 0, 0, 0);
    printf("%s %ld\n", name, result < 0 ? (long)-errno : result);
    fflush(stdout);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[64];
    int together = argc > 1 && !strcmp(argv[1], "-t");

    for (int i = 1 + together; i < argc; i++) {
        if (together)
            pthread_create(&threads[i], NULL, call, argv[i]);
        else
            call(argv[i]);
    }
    for (int i = 2; together && i < argc; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
