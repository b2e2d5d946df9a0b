// Tries to join a port that somebody outside shares: one thread sets SO_REUSEADDR and SO_REUSEPORT on a socket for as long
// as another binds it. Arguments: the port, the number of tries. Prints how many binds there were, and how many succeeded.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile int fd = -1, end;

static void *set(void *unused) {
    int one = 1;
    while (!end) {
        int now = fd;
        setsockopt(now, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
        setsockopt(now, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    }
    return NULL;
}

int main(int argc, char **argv) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    int tries = atoi(argv[2]), joined = 0, refused = 0;
    pthread_t setter;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    pthread_create(&setter, NULL, set, NULL);
    for (int i = 0; i < tries; i++) {
        int made = socket(AF_INET, i % 2 ? SOCK_STREAM : SOCK_DGRAM, 0);
        fd = made;
        if (bind(made, (void *)&to, sizeof to) == 0)
            joined++;
        else if (errno == EADDRINUSE)
            refused++;
        else
            perror("bind");
        close(made);
    }
    end = 1;
    pthread_join(setter, NULL);
    printf("%d refused, %d joined\n", refused, joined);
    return 0;
}
