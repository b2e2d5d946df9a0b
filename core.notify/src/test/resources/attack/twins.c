// A server and its clients, on one port of TCP and one of UDP that others want as well. Arguments: a name, the port, a file
// to make when the servers listen, a file of somebody else to wait for, a second local address. Prints what it saw.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20 };

static const char *name;
static int port;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "twins %s: %s: %s\n", name, what, strerror(errno));
        exit(1);
    }
}

static struct sockaddr_in at(const char *ip) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, ip, &a.sin_addr);
    return a;
}

static int own_port(int fd, int (*which)(int, struct sockaddr *, socklen_t *)) {
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    check(which(fd, (void *)&a, &length) == 0, "name");
    return ntohs(a.sin_port);
}

static int server(int type) {
    int one = 1, fd = socket(AF_INET, type, 0);
    struct sockaddr_in any = at("0.0.0.0");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(fd, (void *)&any, sizeof any) == 0, "bind");
    if (type == SOCK_STREAM)
        check(listen(fd, 64) == 0, "listen");
    check(own_port(fd, getsockname) == port, "getsockname of a server");
    int again = socket(AF_INET, type, 0);
    check(bind(again, (void *)&any, sizeof any) == -1 && errno == EADDRINUSE, "a second bind");
    close(again);
    return fd;
}

static pid_t serve(int fd, int type) {
    pid_t child = fork();
    if (child != 0)
        return child;
    while (1) {
        if (type == SOCK_STREAM) {
            int c = accept(fd, NULL, NULL);
            check(c >= 0 && own_port(c, getsockname) == port, "getsockname of an accepted socket");
            write(c, name, strlen(name) + 1);
            close(c);
        } else {
            char text[64];
            struct sockaddr_in from;
            socklen_t length = sizeof from;
            ssize_t got = recvfrom(fd, text, sizeof text, 0, (void *)&from, &length);
            check(got > 0 && sendto(fd, name, strlen(name) + 1, 0, (void *)&from, length) > 0, "answer");
        }
    }
}

static void expect_name(int fd, const char *what) {
    char text[64] = "nothing";
    struct timeval limit = {60, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    check(recv(fd, text, sizeof text, 0) > 0, what);
    if (strcmp(text, name) != 0) {
        fprintf(stderr, "twins %s: %s reached %s\n", name, what, text);
        exit(1);
    }
}

static void stream(const char *ip) {
    struct sockaddr_in to = at(ip);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(fd, (void *)&to, sizeof to) == 0, "connect");
    check(own_port(fd, getpeername) == port, "getpeername");
    expect_name(fd, "connect");
    close(fd);
}

static void datagrams(const char *ip) {
    struct sockaddr_in to = at(ip);
    struct iovec data = {"x", 1};
    struct mmsghdr many[2] = {0};
    for (int i = 0; i < 2; i++)
        many[i].msg_hdr =
            (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &data, .msg_iovlen = 1};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    check(sendto(fd, "x", 1, 0, (void *)&to, sizeof to) == 1, "sendto");
    expect_name(fd, "sendto");
    check(sendmsg(fd, &many[0].msg_hdr, 0) == 1, "sendmsg");
    expect_name(fd, "sendmsg");
    check(sendmmsg(fd, many, 2, 0) == 2, "sendmmsg");
    expect_name(fd, "sendmmsg");
    expect_name(fd, "sendmmsg");
    check(connect(fd, (void *)&to, sizeof to) == 0, "connect of UDP");
    check(own_port(fd, getpeername) == port, "getpeername of UDP");
    check(send(fd, "x", 1, 0) == 1, "send");
    expect_name(fd, "connect of UDP");
    close(fd);
}

static void await(const char *file) {
    struct stat status;
    for (int i = 0; stat(file, &status) != 0; i++) {
        check(i < 60000, file);
        usleep(1000);
    }
}

static void make(const char *file, const char *suffix) {
    char path[4096];
    snprintf(path, sizeof path, "%s%s", file, suffix);
    FILE *made = fopen(path, "w");
    check(made != NULL, path);
    fclose(made);
}

int main(int argc, char **argv) {
    name = argv[1];
    port = atoi(argv[2]);
    int tcp = server(SOCK_STREAM), udp = server(SOCK_DGRAM);
    pid_t children[] = {serve(tcp, SOCK_STREAM), serve(udp, SOCK_DGRAM)};
    make(argv[3], "");
    await(argv[4]);
    for (int i = 0; i < ROUNDS; i++) {
        const char *ip = i % 2 ? argv[5] : "127.0.0.1";
        stream(ip);
        datagrams(ip);
    }
    make(argv[3], ".done");
    char done[4096];
    snprintf(done, sizeof done, "%s.done", argv[4]);
    await(done);
    for (int i = 0; i < 2; i++)
        check(waitpid(children[i], NULL, WNOHANG) == 0 && kill(children[i], SIGKILL) == 0, "a server ended");
    printf("%s served itself on %d\n", name, port);
    return 0;
}
