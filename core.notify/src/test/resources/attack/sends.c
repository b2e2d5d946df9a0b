/*
 * Sends in every way that send(2) has, and prints what each came to: its result or errno, what arrived, how many SIGPIPE.
 * Run inside and outside a sandbox, in an empty working directory, it prints the same.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static int pipes, alarms, drained = -1;
static char data[1 << 20], got[1 << 20];
static char *bad, *cut;

static void on_pipe(int signal) { pipes++; }

static void on_alarm(int signal)
{
    alarms++;
    if (drained >= 0)
        while (recv(drained, got, sizeof got, MSG_DONTWAIT) > 0)
            ;
}

static void say(const char *name, long result)
{
    int saved = errno;
    printf("%s %ld", name, result < 0 ? (long)-saved : result);
    if (pipes)
        printf(" SIGPIPE %d", pipes);
    pipes = 0;
    printf("\n");
    fflush(stdout);
}

/* What has arrived: its length, and whether it is the beginning of the data. */
static void arrived(const char *name, int fd)
{
    long length = recv(fd, got, sizeof got, MSG_DONTWAIT);
    printf("%s arrived %ld %s\n", name, length < 0 ? (long)-errno : length,
           length < 0 ? "" : memcmp(got, data, length) ? "WRONG" : "right");
}

static struct sockaddr_in in(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static struct sockaddr_in6 in6(const char *text, int port)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    inet_pton(AF_INET6, text, &address.sin6_addr);
    return address;
}

static socklen_t un(struct sockaddr_un *address, const char *path)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strcpy(address->sun_path, path);
    return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static int bound(int family, int type)
{
    struct sockaddr_storage address = {.ss_family = family};
    int fd = socket(family, type, 0);
    if (family == AF_INET)
        ((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address,
             family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)))
        perror("bind");
    return fd;
}

static int port(int fd)
{
    struct sockaddr_in6 address;
    socklen_t size = sizeof address;
    getsockname(fd, (struct sockaddr *)&address, &size);
    return ntohs(address.sin6_port);
}

static long message(int fd, void *name, int length, void *from, size_t count, void *control, size_t size, int flags)
{
    struct iovec vector = {from, count};
    struct msghdr header = {name, length, &vector, 1, control, size, 0};
    return sendmsg(fd, &header, flags);
}

static void udp(void)
{
    int r = bound(AF_INET, SOCK_DGRAM), s = socket(AF_INET, SOCK_DGRAM, 0), file = open("/dev/null", O_RDWR);
    struct sockaddr_in to = in(port(r)), zero = in(0), other = to;
    struct sockaddr_un path;
    struct sockaddr *a = (void *)&to;
    int size = sizeof to;

    say("udp", sendto(s, data, 100, 0, a, size));
    arrived("udp", r);
    say("udp empty", sendto(s, data, 0, 0, a, size));
    arrived("udp empty", r);
    say("udp empty null", sendto(s, NULL, 0, 0, a, size));
    arrived("udp empty null", r);
    say("udp dontwait", sendto(s, data, 7, MSG_DONTWAIT | MSG_CONFIRM, a, size));
    arrived("udp dontwait", r);
    say("udp port 0", sendto(s, data, 1, 0, (void *)&zero, size));
    for (int length = -1; length <= 129; length += length < 17 ? 1 : 111)
        say("udp length", sendto(s, data, 1, 0, a, length));
    while (recv(r, got, sizeof got, MSG_DONTWAIT) >= 0)
        ;
    other.sin_family = AF_UNSPEC;
    say("udp unspec", sendto(s, data, 3, 0, (void *)&other, size));
    arrived("udp unspec", r);
    say("udp unspec msg", message(s, &other, size, data, 5, NULL, 0, 0));
    arrived("udp unspec msg", r);
    other.sin_family = AF_INET6;
    say("udp inet6", sendto(s, data, 3, 0, (void *)&other, size));
    say("udp unix", sendto(s, data, 3, 0, (void *)&path, un(&path, "nothing")));
    say("udp bad fd", sendto(99, data, 3, 0, a, size));
    say("udp no socket", sendto(file, data, 3, 0, a, size));
    say("udp bad address", sendto(s, data, 3, 0, (void *)bad, size));
    say("udp cut address", sendto(s, data, 3, 0, (void *)(cut - 4), size));
    say("udp bad data", sendto(s, bad, 3, 0, a, size));
    say("udp cut data", sendto(s, cut - 4, 30, 0, a, size));
    say("udp bad both", sendto(s, bad, 3, 0, (void *)&zero, size));
    say("udp long", sendto(s, data, 70000, 0, a, size));
    say("udp 65507", sendto(s, data, 65507, 0, a, size));
    arrived("udp 65507", r);
    say("udp 65508", sendto(s, data, 65508, 0, a, size));
    say("udp giant", sendto(s, data, -1L, 0, a, size));
    say("udp oob", sendto(s, data, 3, MSG_OOB, a, size));
    say("udp more", sendto(s, data, 3, MSG_MORE, a, size));
    say("udp last", sendto(s, data + 3, 4, 0, a, size));
    arrived("udp more", r);

    say("msg", message(s, &to, size, data, 100, NULL, 0, 0));
    arrived("msg", r);
    say("msg bad fd", message(99, &to, size, data, 100, NULL, 0, 0));
    say("msg no socket", message(file, &to, size, data, 100, NULL, 0, 0));
    say("msg bad header", sendmsg(s, (void *)bad, 0));
    say("msg cut header", sendmsg(s, (void *)(cut - 8), 0));
    say("msg compat", message(s, &to, size, data, 1, NULL, 0, 0x80000000));
    say("msg no name", message(s, NULL, size, data, 1, NULL, 0, 0));
    say("msg no name bad data", message(s, NULL, 0, bad, 1, NULL, 0, 0));
    say("msg bad name", message(s, bad, size, data, 1, NULL, 0, 0));
    for (int length = -1; length <= 200; length += length < 17 ? 1 : 61)
        say("msg length", message(s, &to, length, data, 1, NULL, 0, 0));
    while (recv(r, got, sizeof got, MSG_DONTWAIT) >= 0)
        ;
    struct iovec parts[1025];
    struct msghdr header = {&to, size, parts, 3};
    memset(parts, 0, sizeof parts);
    parts[0] = (struct iovec){data, 10};
    parts[1] = (struct iovec){NULL, 0};
    parts[2] = (struct iovec){data + 10, 20};
    say("msg parts", sendmsg(s, &header, 0));
    arrived("msg parts", r);
    header.msg_iovlen = 1024;
    say("msg 1024 parts", sendmsg(s, &header, 0));
    arrived("msg 1024 parts", r);
    header.msg_iovlen = 1025;
    say("msg 1025 parts", sendmsg(s, &header, 0));
    header.msg_iovlen = 3;
    parts[1] = (struct iovec){data, -1};
    say("msg negative part", sendmsg(s, &header, 0));
    parts[1] = (struct iovec){bad, 5};
    say("msg bad part", sendmsg(s, &header, 0));
    header.msg_iov = (void *)bad;
    say("msg bad parts", sendmsg(s, &header, 0));
    header.msg_iovlen = 0;
    say("msg no parts", sendmsg(s, &header, 0));
    arrived("msg no parts", r);
    say("msg bad control", message(s, &to, size, data, 1, bad, 64, 0));
    say("msg giant control", message(s, &to, size, data, 1, data, 1L << 40, 0));
    say("msg large control", message(s, &to, size, data, 1, data, 1 << 30, 0));
    memset(got, 0, 64);
    say("msg zero control", message(s, &to, size, data, 1, got, 32, 0));
    say("msg short control", message(s, &to, size, data, 1, got, 15, 0));
    arrived("msg short control", r);

    char room[64] = {0};
    struct cmsghdr *control = (void *)room;
    int on = 1, ttl = 7;
    setsockopt(r, IPPROTO_IP, IP_RECVTTL, &on, sizeof on);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_TTL;
    control->cmsg_len = CMSG_LEN(sizeof ttl);
    *(int *)CMSG_DATA(control) = ttl;
    say("ttl", message(s, &to, size, data, 9, room, CMSG_SPACE(sizeof ttl), 0));
    char back[256] = {0};
    struct iovec one = {got, sizeof got};
    struct msghdr received = {NULL, 0, &one, 1, back, sizeof back};
    say("ttl received", recvmsg(r, &received, MSG_DONTWAIT));
    control = CMSG_FIRSTHDR(&received);
    say("ttl seen", control ? *(int *)CMSG_DATA(control) : -1);
    control = (void *)room;
    control->cmsg_len = CMSG_LEN(sizeof ttl) + 100;
    say("ttl overlong", message(s, &to, size, data, 9, room, CMSG_SPACE(sizeof ttl), 0));
    memset(room, 0, sizeof room);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    ((struct in_pktinfo *)CMSG_DATA(control))->ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK + 4);
    say("pktinfo", message(s, &to, size, data, 9, room, CMSG_SPACE(sizeof(struct in_pktinfo)), 0));
    struct sockaddr_in from;
    socklen_t fromsize = sizeof from;
    say("pktinfo received", recvfrom(r, got, sizeof got, MSG_DONTWAIT, (void *)&from, &fromsize));
    say("pktinfo source", ntohl(from.sin_addr.s_addr) & 255);
    memset(room, 0, sizeof room);
    control->cmsg_level = IPPROTO_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(short));
    *(unsigned short *)CMSG_DATA(control) = 100;
    say("segments", message(s, &to, size, data, 250, room, CMSG_SPACE(sizeof(short)), 0));
    say("segment", recv(r, got, sizeof got, MSG_DONTWAIT));
    say("segment", recv(r, got, sizeof got, MSG_DONTWAIT));
    say("segment", recv(r, got, sizeof got, MSG_DONTWAIT));

    connect(s, a, size);
    say("connected", message(s, NULL, 0, data, 11, NULL, 0, 0));
    arrived("connected", r);
    say("connected elsewhere", sendto(s, data, 3, 0, (void *)&zero, size));
    close(r);
    say("refused 1", message(s, NULL, 0, data, 11, NULL, 0, 0));
    say("refused 2", message(s, NULL, 0, data, 11, NULL, 0, 0));
    shutdown(s, SHUT_WR);
    say("udp shut", message(s, NULL, 0, data, 11, NULL, 0, 0));
    close(s);
}

static void udp6(void)
{
    int r = bound(AF_INET6, SOCK_DGRAM), s = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;
    struct sockaddr_in6 to = in6("::1", port(r)), mapped = in6("::ffff:127.0.0.1", port(r)), any = in6("::", port(r));
    struct sockaddr_in four = in(port(r));
    int size = sizeof to;

    say("udp6", sendto(s, data, 100, 0, (void *)&to, size));
    arrived("udp6", r);
    for (int length = 0; length <= 30; length++)
        say("udp6 length", sendto(s, data, 1, 0, (void *)&to, length));
    while (recv(r, got, sizeof got, MSG_DONTWAIT) >= 0)
        ;
    say("udp6 mapped", sendto(s, data, 4, 0, (void *)&mapped, size));
    arrived("udp6 mapped", r);
    say("udp6 any", sendto(s, data, 4, 0, (void *)&any, size));
    arrived("udp6 any", r);
    say("udp6 inet", sendto(s, data, 5, 0, (void *)&four, sizeof four));
    arrived("udp6 inet", r);
    say("udp6 inet short", sendto(s, data, 5, 0, (void *)&four, 15));
    four.sin_family = AF_UNSPEC;
    say("udp6 unspec", sendto(s, data, 5, 0, (void *)&four, sizeof four));
    say("udp6 unspec msg", message(s, &four, sizeof four, data, 5, NULL, 0, 0));
    four.sin_family = AF_UNIX;
    say("udp6 unix", sendto(s, data, 5, 0, (void *)&four, sizeof four));
    say("udp6 long", sendto(s, data, 70000, 0, (void *)&to, size));
    connect(s, (void *)&to, size);
    four.sin_family = AF_UNSPEC;
    say("udp6 unspec connected", message(s, &four, sizeof four, data, 6, NULL, 0, 0));
    arrived("udp6 unspec connected", r);
    int only = socket(AF_INET6, SOCK_DGRAM, 0);
    setsockopt(only, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    four.sin_family = AF_INET;
    say("udp6 only", sendto(only, data, 5, 0, (void *)&four, sizeof four));
    say("udp6 only mapped", sendto(only, data, 5, 0, (void *)&mapped, size));
    close(r), close(s), close(only);
}

static void *drain(void *fd)
{
    long sum = 0, total = 0, length;
    while ((length = recv(*(int *)fd, got, sizeof got, 0)) > 0)
        for (long i = 0; i < length; i++)
            sum += (unsigned char)got[i] * (1 + total++ % 251);
    printf("drained %ld %ld\n", total, sum);
    return NULL;
}

/* With little room between the two. */
static void pair(int out[2], int family)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int room = 8192;
    if (family == AF_UNIX) {
        socketpair(AF_UNIX, SOCK_STREAM, 0, out);
        return;
    }
    int l = bound(AF_INET, SOCK_STREAM);
    setsockopt(l, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    listen(l, 1);
    getsockname(l, (void *)&address, &size);
    out[0] = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(out[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    connect(out[0], (void *)&address, size);
    out[1] = accept(l, NULL, NULL);
    close(l);
}

static void fill(int fd)
{
    while (send(fd, data, 4096, MSG_DONTWAIT) > 0 || send(fd, data, 1, MSG_DONTWAIT) > 0)
        ;
}

static void set_alarm(int flags)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    struct itimerval soon = {.it_value.tv_usec = 150000};
    sigaction(SIGALRM, &action, NULL);
    alarms = 0;
    setitimer(ITIMER_REAL, &soon, NULL);
}

/* Of TCP it cannot be said when it is full: it moves data on while nobody looks. */
static void full(int *fds)
{
    struct timeval limit = {.tv_usec = 100000}, second = {.tv_sec = 20};

    fill(fds[0]);
    say("full dontwait", message(fds[0], NULL, 0, data, 100, NULL, 0, MSG_DONTWAIT));
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    say("full nonblock", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    fcntl(fds[0], F_SETFL, 0);
    set_alarm(0);
    say("full interrupted", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    say("full alarms", alarms);
    drained = fds[1];
    fill(fds[0]);
    set_alarm(SA_RESTART);
    say("full restarted", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    say("full alarms", alarms);
    drained = -1;
    fill(fds[0]);
    setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    set_alarm(SA_RESTART);
    say("full limited", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    say("full alarms", alarms);
    setsockopt(fds[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    say("full late", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
}

static void stream(int family)
{
    int fds[2];
    struct sockaddr_in to = in(9);
    struct sockaddr_un path;
    pthread_t thread;

    pair(fds, family);
    printf("family %d\n", family);
    say("stream", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    arrived("stream", fds[1]);
    say("stream address", sendto(fds[0], data, 3, 0, (void *)&to, sizeof to));
    say("stream path", sendto(fds[0], data, 3, 0, (void *)&path, un(&path, "nothing")));
    say("stream unnamed", sendto(fds[0], data, 3, 0, (void *)&path, 2));
    say("stream length", sendto(fds[0], data, 3, 0, (void *)&path, 129));
    while (recv(fds[1], got, sizeof got, MSG_DONTWAIT) > 0)
        ;
    say("stream bad", message(fds[0], NULL, 0, bad, 100, NULL, 0, 0));
    say("stream cut", message(fds[0], NULL, 0, cut - 10, 100, NULL, 0, 0));
    say("stream empty", message(fds[0], NULL, 0, data, 0, NULL, 0, 0));
    say("stream oob", message(fds[0], NULL, 0, data, 4, NULL, 0, MSG_OOB));
    arrived("stream oob", fds[1]);
    say("stream oob byte", recv(fds[1], got, 1, MSG_OOB | MSG_DONTWAIT));
    say("stream eor", message(fds[0], NULL, 0, data, 4, NULL, 0, MSG_EOR | MSG_MORE));

    set_alarm(SA_RESTART);
    long part = message(fds[0], NULL, 0, data, sizeof data, NULL, 0, 0);
    say("stream part", part <= 0 ? part : part < sizeof data);
    say("stream alarms", alarms);
    if (family == AF_UNIX)
        full(fds);
    close(fds[0]), close(fds[1]);

    pair(fds, family);
    pthread_create(&thread, NULL, drain, &fds[1]);
    say("stream large", message(fds[0], NULL, 0, data, sizeof data, NULL, 0, 0));
    struct iovec parts[4] = {{data, 70000}, {data + 5, 200000}, {NULL, 0}, {data + 9, 65536}};
    struct msghdr header = {NULL, 0, parts, 4};
    say("stream parts", sendmsg(fds[0], &header, 0));
    shutdown(fds[0], SHUT_WR);
    pthread_join(thread, NULL);
    say("stream shut", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    say("stream shut quiet", message(fds[0], NULL, 0, data, 100, NULL, 0, MSG_NOSIGNAL));
    close(fds[0]), close(fds[1]);

    int lone = socket(family, SOCK_STREAM, 0);
    say("stream lone", message(lone, NULL, 0, data, 100, NULL, 0, 0));
    say("stream lone address", sendto(lone, data, 3, 0, (void *)&to, sizeof to));
    close(lone);
}

static void fast_open(void)
{
    int l = bound(AF_INET, SOCK_STREAM), free_port = bound(AF_INET, SOCK_STREAM);
    struct sockaddr_in to = in(port(l)), refused = in(port(free_port)), odd = to;
    int size = sizeof to;
    listen(l, 5);
    close(free_port);

    int s = socket(AF_INET, SOCK_STREAM, 0);
    say("fastopen", sendto(s, data, 100, MSG_FASTOPEN, (void *)&to, size));
    int a = accept(l, NULL, NULL);
    say("fastopen received", recv(a, got, sizeof got, MSG_WAITALL & 0));
    say("fastopen again", sendto(s, data, 100, MSG_FASTOPEN, (void *)&to, size));
    close(s), close(a);
    s = socket(AF_INET, SOCK_STREAM, 0);
    say("fastopen msg", message(s, &to, size, data, 100, NULL, 0, MSG_FASTOPEN));
    a = accept(l, NULL, NULL);
    say("fastopen msg received", recv(a, got, sizeof got, 0));
    close(s), close(a);
    s = socket(AF_INET, SOCK_STREAM, 0);
    say("fastopen refused", sendto(s, data, 100, MSG_FASTOPEN, (void *)&refused, size));
    close(s);
    s = socket(AF_INET, SOCK_STREAM, 0);
    say("fastopen nowhere", sendto(s, data, 100, MSG_FASTOPEN, NULL, 0));
    odd.sin_family = AF_UNSPEC;
    say("fastopen unspec", sendto(s, data, 100, MSG_FASTOPEN, (void *)&odd, size));
    say("fastopen short", sendto(s, data, 100, MSG_FASTOPEN, (void *)&to, 8));
    close(s), close(l);
}

static long rights(int fd, const int *numbers, int count, int type, void *name, int length)
{
    char room[CMSG_SPACE(300 * sizeof(int))] = {0};
    struct cmsghdr *control = (void *)room;
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(control), numbers, count * sizeof(int));
    return message(fd, name, length, data, 1, room, CMSG_SPACE(count * sizeof(int)), 0);
}

static void take_rights(const char *name, int fd)
{
    char room[CMSG_SPACE(300 * sizeof(int))];
    struct iovec one = {got, 64};
    struct msghdr header = {NULL, 0, &one, 1, room, sizeof room};
    struct stat mine, theirs;
    long length = recvmsg(fd, &header, MSG_DONTWAIT);
    say(name, length);
    if (length < 0)
        return;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        int count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), *numbers = (int *)CMSG_DATA(c);
        stat("passed", &mine);
        int same = 0;
        for (int i = 0; i < count; i++) {
            same += fstat(numbers[i], &theirs) == 0 && theirs.st_ino == mine.st_ino;
            close(numbers[i]);
        }
        printf("rights %d of them right %d\n", count, same);
    }
}

static void unix_sockets(void)
{
    int r = socket(AF_UNIX, SOCK_DGRAM, 0), s = socket(AF_UNIX, SOCK_DGRAM, 0), raw = socket(AF_UNIX, SOCK_RAW, 0);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), fds[2], numbers[300], passed;
    struct sockaddr_un to, from, other;
    socklen_t size = un(&to, "r.sock"), length;

    bind(r, (void *)&to, size);
    bind(s, (void *)&other, un(&other, "s.sock"));
    say("dgram", sendto(s, data, 100, 0, (void *)&to, size));
    length = sizeof from;
    memset(&from, 0, sizeof from);
    say("dgram received", recvfrom(r, got, sizeof got, MSG_DONTWAIT, (void *)&from, &length));
    printf("dgram from %d %s\n", (int)length, from.sun_path);
    say("dgram no nul", sendto(s, data, 10, 0, (void *)&to, size - 1));
    arrived("dgram no nul", r);
    say("dgram msg", message(s, &to, size, data, 12, NULL, 0, 0));
    arrived("dgram msg", r);
    say("dgram raw", sendto(raw, data, 13, 0, (void *)&to, size));
    arrived("dgram raw", r);
    say("dgram unnamed", sendto(s, data, 10, 0, (void *)&to, 2));
    say("dgram 1", sendto(s, data, 10, 0, (void *)&to, 1));
    say("dgram 0", sendto(s, data, 10, 0, (void *)&to, 0));
    say("dgram long", sendto(s, data, 10, 0, (void *)&to, sizeof to + 1));
    say("dgram negative", sendto(s, data, 10, 0, (void *)&to, -1));
    say("dgram none", message(s, NULL, 0, data, 10, NULL, 0, 0));
    struct sockaddr_in four = in(1);
    say("dgram inet", sendto(s, data, 10, 0, (void *)&four, sizeof four));
    say("dgram missing", sendto(s, data, 10, 0, (void *)&other, un(&other, "missing")));
    say("dgram below file", sendto(s, data, 10, 0, (void *)&other, un(&other, "r.sock/x")));
    say("dgram folder", sendto(s, data, 10, 0, (void *)&other, un(&other, ".")));
    passed = open("passed", O_RDWR | O_CREAT, 0600);
    say("dgram file", sendto(s, data, 10, 0, (void *)&other, un(&other, "passed")));
    symlink("r.sock", "link");
    say("dgram link", sendto(s, data, 10, 0, (void *)&other, un(&other, "link")));
    arrived("dgram link", r);
    symlink("loop", "loop");
    say("dgram loop", sendto(s, data, 10, 0, (void *)&other, un(&other, "loop")));
    bind(listener, (void *)&other, un(&other, "l.sock"));
    listen(listener, 1);
    say("dgram to stream", sendto(s, data, 10, 0, (void *)&other, un(&other, "l.sock")));
    say("dgram bad data", sendto(s, bad, 10, 0, (void *)&to, size));
    say("dgram bad address", sendto(s, data, 10, 0, (void *)bad, size));
    say("dgram 100000", sendto(s, data, 100000, 0, (void *)&to, size));
    arrived("dgram 100000", r);
    say("dgram 900000", sendto(s, data, 900000, 0, (void *)&to, size));
    memset(&other, 0, sizeof other);
    other.sun_family = AF_UNIX;
    snprintf(other.sun_path + 1, 100, "sends-%d", getpid());
    int abstract = socket(AF_UNIX, SOCK_DGRAM, 0);
    length = 2 + 1 + strlen(other.sun_path + 1);
    bind(abstract, (void *)&other, length);
    say("abstract", sendto(s, data, 14, 0, (void *)&other, length));
    arrived("abstract", abstract);
    say("abstract nul", sendto(s, data, 14, 0, (void *)&other, length + 1));
    mkdir("d", 0700);
    chdir("d");
    say("relative", sendto(s, data, 15, 0, (void *)&other, un(&other, "../r.sock")));
    arrived("relative", r);
    chdir("..");
    connect(s, (void *)&to, size);
    say("dgram connected", message(s, NULL, 0, data, 16, NULL, 0, 0));
    arrived("dgram connected", r);

    for (int i = 0; i < 300; i++)
        numbers[i] = passed;
    socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
    for (int round = 0; round < 2; round++) {
        int out = round ? s : fds[0], in = round ? r : fds[1];
        say("rights", rights(out, numbers, 3, SCM_RIGHTS, NULL, 0));
        take_rights("rights", in);
        say("rights 253", rights(out, numbers, 253, SCM_RIGHTS, NULL, 0));
        take_rights("rights 253", in);
        say("rights 254", rights(out, numbers, 254, SCM_RIGHTS, NULL, 0));
        say("rights 0", rights(out, numbers, 0, SCM_RIGHTS, NULL, 0));
        take_rights("rights 0", in);
        numbers[1] = 999;
        say("rights bad", rights(out, numbers, 3, SCM_RIGHTS, NULL, 0));
        numbers[1] = -1;
        say("rights negative", rights(out, numbers, 3, SCM_RIGHTS, NULL, 0));
        numbers[1] = passed;
        say("rights unknown", rights(out, numbers, 3, 99, NULL, 0));
        say("credentials short", rights(out, numbers, 2, SCM_CREDENTIALS, NULL, 0));
        int self[3] = {getpid(), getuid(), getgid()};
        say("credentials own", rights(out, self, 3, SCM_CREDENTIALS, NULL, 0));
        say("credentials taken", recv(in, got, 64, MSG_DONTWAIT));
    }
    char two[2 * CMSG_SPACE(sizeof(int))] = {0};
    for (int i = 0; i < 2; i++) {
        struct cmsghdr *control = (void *)(two + i * CMSG_SPACE(sizeof(int)));
        control->cmsg_level = SOL_SOCKET;
        control->cmsg_type = SCM_RIGHTS;
        control->cmsg_len = CMSG_LEN(sizeof(int));
        *(int *)CMSG_DATA(control) = passed;
    }
    for (int cut_off = 0; cut_off < 24; cut_off++) {
        say("two headers", message(fds[0], NULL, 0, data, 1, two, sizeof two - cut_off, 0));
        take_rights("two headers", fds[1]);
    }
    for (long length = 0; length < 40; length += 3) {
        ((struct cmsghdr *)two)->cmsg_len = length;
        say("odd header", message(fds[0], NULL, 0, data, 1, two, sizeof two, 0));
        take_rights("odd header", fds[1]);
    }
    int o_path = open(".", O_PATH);
    say("rights path", rights(fds[0], &o_path, 1, SCM_RIGHTS, NULL, 0));
    take_rights("rights path", fds[1]);
    close(fds[0]), close(fds[1]);

    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds);
    say("seqpacket", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    arrived("seqpacket", fds[1]);
    say("seqpacket named", sendto(fds[0], data, 100, 0, (void *)&to, size));
    arrived("seqpacket named", fds[1]);
    close(fds[1]);
    say("seqpacket gone", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
    close(fds[0]);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, fds);
    close(fds[1]);
    say("dgram gone", message(fds[0], NULL, 0, data, 100, NULL, 0, 0));
}

static void many(void)
{
    int r = bound(AF_INET, SOCK_DGRAM), s = socket(AF_INET, SOCK_DGRAM, 0), fds[2], file = open("/dev/null", O_RDWR);
    struct sockaddr_in to = in(port(r)), zero = in(0);
    static struct mmsghdr messages[1100];
    static struct iovec parts[1100];
    for (int i = 0; i < 1100; i++) {
        parts[i] = (struct iovec){data, i % 50};
        messages[i].msg_hdr = (struct msghdr){&to, sizeof to, &parts[i], 1};
        messages[i].msg_len = 7777;
    }
    say("many 3", sendmmsg(s, messages, 3, 0));
    printf("lengths %u %u %u %u\n", messages[0].msg_len, messages[1].msg_len, messages[2].msg_len, messages[3].msg_len);
    for (int i = 0; i < 3; i++)
        arrived("many 3", r);
    messages[2].msg_hdr.msg_name = &zero;
    say("many third bad", sendmmsg(s, messages, 5, 0));
    messages[0].msg_hdr.msg_name = &zero;
    say("many first bad", sendmmsg(s, messages, 5, 0));
    messages[0].msg_hdr.msg_name = messages[2].msg_hdr.msg_name = &to;
    messages[1].msg_hdr.msg_iov = (void *)bad;
    say("many second unreadable", sendmmsg(s, messages, 5, 0));
    messages[1].msg_hdr.msg_iov = &parts[1];
    say("many none", sendmmsg(s, messages, 0, 0));
    say("many bad fd", sendmmsg(99, messages, 1, 0));
    say("many no socket", sendmmsg(file, messages, 1, 0));
    say("many bad fd none", sendmmsg(99, messages, 0, 0));
    say("many bad", sendmmsg(s, (void *)bad, 3, 0));
    struct mmsghdr *last = (struct mmsghdr *)(cut - sizeof *last);
    *last = messages[0];
    say("many cut", sendmmsg(s, last, 3, 0));
    say("many 1100", sendmmsg(s, messages, 1100, 0));
    say("many compat", sendmmsg(s, messages, 2, 0x80000000));
    char *fixed = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memcpy(fixed, messages, 3 * sizeof *messages);
    mprotect(fixed, 4096, PROT_READ);
    say("many fixed", sendmmsg(s, (void *)fixed, 3, 0));

    pair(fds, AF_UNIX);
    for (int i = 0; i < 3; i++)
        messages[i].msg_hdr = (struct msghdr){NULL, 0, &parts[i + 5], 1};
    messages[1].msg_hdr.msg_flags = MSG_EOR | MSG_OOB;
    say("many stream", sendmmsg(fds[0], messages, 3, 0));
    arrived("many stream", fds[1]);
    fill(fds[0]);
    say("many full", sendmmsg(fds[0], messages, 3, MSG_DONTWAIT));
    set_alarm(0);
    say("many interrupted", sendmmsg(fds[0], messages, 3, 0));
    close(fds[1]);
    say("many gone", sendmmsg(fds[0], messages, 3, 0));
}

/* What the kernel sends without a copy it tells of later; until then the memory is its own. */
static void zero_copy(void)
{
    int fds[2], on = 1;
    pair(fds, AF_INET);
    say("zerocopy not asked for", message(fds[0], NULL, 0, data, 3000, NULL, 0, MSG_ZEROCOPY));
    arrived("zerocopy not asked for", fds[1]);
    say("zerocopy", setsockopt(fds[0], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on));
    for (int i = 0; i < 3; i++) {
        say("zerocopy", message(fds[0], NULL, 0, data + i, 3000, NULL, 0, MSG_ZEROCOPY));
        while (recv(fds[1], got, 3000, MSG_PEEK | MSG_DONTWAIT) < 3000)
            usleep(1000);
        recv(fds[1], got, 3000, 0);
        say("zerocopy right", memcmp(got, data + i, 3000));
        char room[256];
        struct msghdr told = {NULL, 0, NULL, 0, room, sizeof room};
        while (recvmsg(fds[0], &told, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
            if (errno != EAGAIN)
                return perror("MSG_ERRQUEUE");
            usleep(1000);
        }
        struct sock_extended_err *error = (void *)CMSG_DATA(CMSG_FIRSTHDR(&told));
        printf("zerocopy told %d %u %u\n", error->ee_origin, error->ee_info, error->ee_data);
    }
    say("zerocopy bad", message(fds[0], NULL, 0, bad, 3000, NULL, 0, MSG_ZEROCOPY));
    close(fds[0]), close(fds[1]);
}

/* connect(2) waits as a send does: a time limit of the socket keeps a signal from restarting it. */
static void waiting_connect(int family)
{
    struct timeval limit = {.tv_usec = 100000}, second = {.tv_sec = 20};
    struct sockaddr_in address;
    struct sockaddr_un path;
    struct sockaddr *to = family == AF_UNIX ? (void *)&path : (void *)&address;
    socklen_t size = sizeof address;
    int l = family == AF_UNIX ? socket(AF_UNIX, SOCK_STREAM, 0) : bound(AF_INET, SOCK_STREAM);
    if (family == AF_UNIX) {
        size = un(&path, "full.sock");
        bind(l, to, size);
    } else
        getsockname(l, to, &size);
    listen(l, 0);
    for (int i = 0; i < 4; i++)
        connect(socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0), to, size);
    int s = socket(family, SOCK_STREAM, 0);
    set_alarm(0);
    say("connect interrupted", connect(s, to, size));
    say("connect alarms", alarms);
    s = socket(family, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    set_alarm(SA_RESTART);
    say("connect limited", connect(s, to, size));
    say("connect alarms", alarms);
    s = socket(family, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    say("connect late", connect(s, to, size));
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_pipe};
    sigaction(SIGPIPE, &action, NULL);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 2654435761u >> 13);
    char *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(two + 4096, 4096);
    cut = two + 4096;
    bad = (char *)16;
    if (strchr(argv[1], 'u'))
        udp();
    if (strchr(argv[1], '6'))
        udp6();
    if (strchr(argv[1], 't'))
        stream(AF_INET);
    if (strchr(argv[1], 'x'))
        stream(AF_UNIX);
    if (strchr(argv[1], 'f'))
        fast_open();
    if (strchr(argv[1], 'c')) {
        waiting_connect(AF_INET);
        waiting_connect(AF_UNIX);
    }
    if (strchr(argv[1], 'z'))
        zero_copy();
    if (strchr(argv[1], 'n'))
        unix_sockets();
    if (strchr(argv[1], 'm'))
        many();
    return 0;
}
