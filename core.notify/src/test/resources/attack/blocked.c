/*
 * Connects that block, to a listener of the program's own whose queue is full: the kernel drops what asks to come in and the
 * asker tries again for minutes.
 *
 *   blocked crowd COUNT    COUNT threads block; then the first one makes a thousand other calls, prints "others" and how
 *                          many of them went well, and waits to be killed; prints "returned" if a blocked one returns
 *   blocked signal         a signal without SA_RESTART comes; prints the result, errno and whether the handler ran
 *   blocked restart        a signal with SA_RESTART comes, and after that the listener accepts; prints the same
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in full = { .sin_family = AF_INET };
static int listener;
static pthread_t first;
static volatile int handled;
static int before;

static void handler(int number)
{
    handled++;
}

/* How many sockets ask the full listener, by the kernel's table. */
static int asking(void)
{
    char line[512];
    int count = 0;
    FILE *table = fopen("/proc/net/tcp", "r");
    if (!table)
        exit(2);
    while (fgets(line, sizeof line, table)) {
        unsigned ip, port, state;
        if (sscanf(line, " %*d: %*x:%*x %x:%x %x", &ip, &port, &state) == 3 && state == 2 && port == ntohs(full.sin_port))
            count++;
    }
    fclose(table);
    return count;
}

static void await(int count)
{
    while (asking() < count)
        usleep(10000);
}

static int ask(int flags)
{
    int s = socket(AF_INET, SOCK_STREAM | flags, 0);
    return connect(s, (struct sockaddr *)&full, sizeof full);
}

/* A listener that has one connection in a queue for one. */
static void fill(void)
{
    socklen_t length = sizeof full;
    full.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&full, sizeof full) || listen(listener, 0) ||
        getsockname(listener, (struct sockaddr *)&full, &length) || ask(0))
        exit(3);
    ask(SOCK_NONBLOCK);
    await(1);
    before = asking();
}

static void *block(void *unused)
{
    ask(0);
    printf("returned\n");
    fflush(stdout);
    return NULL;
}

static void crowd(int count)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &small, block, NULL))
            exit(4);
    }
    await(before + count);
    int good = 0;
    for (int i = 0; i < 1000; i++) {
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = full.sin_addr }, got;
        socklen_t length = sizeof got;
        int s = socket(AF_INET, SOCK_STREAM, 0);
        good += !bind(s, (struct sockaddr *)&at, sizeof at) && !getsockname(s, (struct sockaddr *)&got, &length) &&
                got.sin_port != 0;
        close(s);
    }
    printf("others %d\n", good);
    fflush(stdout);
    for (;;)
        pause();
}

static void *disturb(void *restart)
{
    await(before + 1);
    while (!handled) {
        pthread_kill(first, SIGUSR1);
        for (int i = 0; i < 100 && !handled; i++)
            usleep(10000);
    }
    while (restart)
        close(accept(listener, NULL, NULL));
    return NULL;
}

static void interrupted(int restart)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = restart ? SA_RESTART : 0 };
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    first = pthread_self();
    pthread_create(&thread, NULL, disturb, restart ? &action : NULL);
    errno = 0;
    int result = ask(0);
    printf("%d %d %d\n", result, errno, handled > 0);
}

int main(int argc, char **argv)
{
    fill();
    if (argc == 3 && !strcmp(argv[1], "crowd"))
        crowd(atoi(argv[2]));
    interrupted(!strcmp(argv[1], "restart"));
    return 0;
}
