/*
 * Tries the ways to another address than the one that was judged: source routes and routing headers by every option that
 * sets one, TCP Fast Open. With the values that the kernel would take, with short and long ones, through the other family's
 * level, with rubbish in the upper half of the registers. detours TRIES PORT, where somebody listens on the port whom the
 * sandbox must not reach. Prints how often something was refused, and how often it was done.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    int level, name, shortest;
} options[] = {{IPPROTO_IP, 4, 0}, {IPPROTO_IPV6, 57, 0}, {IPPROTO_IPV6, 5, 0}, {IPPROTO_IPV6, 6, 0}, {IPPROTO_IPV6, 32, 33},
    {IPPROTO_TCP, 30, 0}};

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    long refused = 0, done = 0;
    struct sockaddr_in to = {AF_INET, htons(atoi(argv[2])), {htonl(INADDR_LOOPBACK)}};
    unsigned char value[4096] = {0, 2, 4};
    value[8 + 15] = 1;
    srand(1);
    for (long i = 0; i < atol(argv[1]); i++) {
        int which = rand() % 6, lengths[] = {0, 4, 8, 24, 33, 64, 72, 4000};
        int length = lengths[rand() % 8];
        if (length < options[which].shortest)
            length = options[which].shortest;
        unsigned long rubbish = (unsigned long)rand() << 32;
        int fd = socket(rand() % 2 ? AF_INET : AF_INET6, rand() % 2 ? SOCK_STREAM : SOCK_DGRAM, 0);
        long result = syscall(SYS_setsockopt, rubbish | fd, rubbish | options[which].level, rubbish | options[which].name,
            value, rubbish | length);
        refused += result < 0 && errno == ENOPROTOOPT;
        done += !(result < 0 && errno == ENOPROTOOPT);
        close(fd);
        if (i % 100 == 0) {
            int one = 1;
            fd = socket(AF_INET, SOCK_STREAM, 0);
            setsockopt(fd, IPPROTO_TCP, 30, &one, sizeof one);
            done += connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
            done += send(fd, "x", 1, MSG_NOSIGNAL) >= 0;
            close(fd);
            fd = socket(AF_INET, SOCK_STREAM, 0);
            done += syscall(SYS_sendto, fd, "x", 1, rubbish | MSG_FASTOPEN | MSG_NOSIGNAL, &to, sizeof to) >= 0;
            close(fd);
        }
    }
    printf("%ld %ld\n", refused, done);
    return 0;
}
