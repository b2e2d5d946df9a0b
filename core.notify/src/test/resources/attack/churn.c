/*
 * Makes calls that are trapped, of every kind that is performed, COUNT of them, on ever new sockets and some on ever new
 * threads, and prints "done".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void *round_of_eight(void *unused)
{
    struct sockaddr_in address = { AF_INET }, got;
    struct sockaddr_un name = { AF_UNIX };
    socklen_t size = sizeof got;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(server, (struct sockaddr *)&address, sizeof address);
    getsockname(server, (struct sockaddr *)&got, &size);
    connect(client, (struct sockaddr *)&got, sizeof got);
    size = sizeof got;
    getpeername(client, (struct sockaddr *)&got, &size);
    snprintf(name.sun_path, sizeof name.sun_path, "churn.%d", gettid());
    bind(local, (struct sockaddr *)&name, sizeof name);
    connect(local, (struct sockaddr *)&name, sizeof name);
    connect(local, (struct sockaddr *)1, sizeof name);
    bind(-1, (struct sockaddr *)&name, sizeof name);
    unlink(name.sun_path);
    close(server);
    close(client);
    close(local);
    return unused;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000;

    for (long i = 0; i < count; i += 8) {
        pthread_t thread;
        if (i % 80 == 0 && pthread_create(&thread, NULL, round_of_eight, NULL) == 0)
            pthread_join(thread, NULL);
        else
            round_of_eight(NULL);
    }
    puts("done");
    return 0;
}
