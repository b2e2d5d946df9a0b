/*
 * Prints how many of its calls were answered by a supervisor. A call that was is a switch to another process and back; one
 * that was not costs no voluntary context switch. Calls read, write, send, recv and close on a connected pair many times;
 * with an argument sendmsg, sendmmsg, or sendto with an address to a datagram socket instead, with "fastopen" such a sendmsg.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int message(const char *how, int fd)
{
    struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct iovec part = {"x", 1};
    struct mmsghdr one = {{.msg_iov = &part, .msg_iovlen = 1}};
    static int udp = -1;

    if (udp < 0)
        udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (!strcmp(how, "sendmmsg"))
        return sendmmsg(fd, &one, 1, 0);
    if (!strcmp(how, "sendto"))
        return sendto(udp, "x", 1, 0, (struct sockaddr *)&nobody, sizeof nobody);
    return sendmsg(fd, &one.msg_hdr, strcmp(how, "fastopen") ? 0 : MSG_FASTOPEN);
}

int main(int argc, char **argv)
{
    struct rusage before, after;
    char byte = 0;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return 1;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 1000; i++) {
        if (argc > 1) {
            if (message(argv[1], pair[0]) != 1)
                return 1;
            if (strcmp(argv[1], "sendto"))
                recv(pair[1], &byte, 1, 0);
            continue;
        }
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
