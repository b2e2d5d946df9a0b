/* listen(2) on TCP and MPTCP sockets, with and without a bind(2) before. Prints no port, so that runs can be compared. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
} address;

static int port(int fd, char *text)
{
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size)) {
        perror("getsockname");
        exit(3);
    }
    int six = address.any.sa_family == AF_INET6;
    inet_ntop(address.any.sa_family, six ? (void *)&address.in6.sin6_addr : (void *)&address.in.sin_addr, text, 64);
    return ntohs(six ? address.in6.sin6_port : address.in.sin_port);
}

static void attempt(const char *what, int fd, int backlog)
{
    char before[64], after[64];
    int first = port(fd, before), result = listen(fd, backlog), error = errno, second = port(fd, after);
    int listens = 0;
    socklen_t size = sizeof listens;
    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
    if (result)
        printf("%s: error %d, listens %d\n", what, error, listens);
    else
        printf("%s: listens on %s port of %s\n", what, !first ? "a" : first == second ? "the same" : "another", after);
    if (!listens == !result)
        printf("BUT %d\n", listens);
}

static void loopback(int family, int number)
{
    memset(&address, 0, sizeof address);
    address.any.sa_family = family;
    if (family == AF_INET)
        address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        address.in6.sin6_addr = in6addr_loopback;
    address.in.sin_port = htons(number);
}

static void all(int family, int protocol)
{
    int one = 1, fd = socket(family, SOCK_STREAM, protocol);
    if (fd < 0) {
        printf("no socket: %d\n", errno);
        return;
    }
    printf("family %d protocol %d\n", family, protocol);
    attempt("not bound", fd, 5);
    attempt("again", fd, 6);
    shutdown(fd, SHUT_RD);
    attempt("after a shutdown", fd, 5);
    close(fd);

    fd = socket(family, SOCK_STREAM, protocol);
    loopback(family, 0);
    bind(fd, &address.any, sizeof address.in6);
    attempt("bound", fd, 0);
    char text[64];
    int taken = port(fd, text);

    int connection = socket(family, SOCK_STREAM, protocol);
    loopback(family, taken);
    if (connect(connection, &address.any, sizeof address.in6))
        printf("connect: %d\n", errno);
    attempt("connected", connection, 5);
    struct sockaddr none = {AF_UNSPEC};
    printf("disconnect %d\n", connect(connection, &none, sizeof none));
    attempt("disconnected", connection, 5);
    close(connection);

    int second = socket(family, SOCK_STREAM, protocol);
    loopback(family, taken);
    printf("bind to a taken port: %d %d\n", bind(second, &address.any, sizeof address.in6), errno);
    attempt("after it", second, 5);
    close(fd);
    close(second);

    fd = socket(family, SOCK_STREAM, protocol);
    loopback(family, 1);
    printf("refused: %d", connect(fd, &address.any, sizeof address.in6));
    printf(" %d\n", errno);
    attempt("after a refused connect", fd, 5);
    close(fd);

    fd = socket(family, SOCK_STREAM, protocol);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    loopback(family, 0);
    printf("bind without a port: %d\n", bind(fd, &address.any, sizeof address.in6));
    attempt("after it", fd, 5);
    close(fd);

    fd = socket(family, SOCK_DGRAM, 0);
    printf("datagrams: %d", listen(fd, 1));
    printf(" %d\n", errno);
    close(fd);
}

int main(void)
{
    all(AF_INET, 0);
    all(AF_INET6, 0);
    all(AF_INET, IPPROTO_MPTCP);
    all(AF_INET6, IPPROTO_MPTCP);
    return 0;
}
