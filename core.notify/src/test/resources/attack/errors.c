/*
 * Prints what bind, connect and sendto answer for every kind of descriptor with every kind of address, most of them wrong in
 * one way each, and what accept, getsockname and getpeername answer for arguments of theirs. The argument is a folder.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const struct descriptor {
    const char *name;
    int domain, type;
} descriptors[] = {
    {"tcp", AF_INET, SOCK_STREAM}, {"tcp6", AF_INET6, SOCK_STREAM}, {"udp", AF_INET, SOCK_DGRAM},
    {"udp6", AF_INET6, SOCK_DGRAM}, {"stream", AF_UNIX, SOCK_STREAM}, {"dgram", AF_UNIX, SOCK_DGRAM},
    {"seqpacket", AF_UNIX, SOCK_SEQPACKET}, {"file", -1, 0}, {"path", -2, 0}, {"closed", -3, 0}, {"negative", -4, 0},
};

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    struct sockaddr_un local;
    struct sockaddr_storage room;
    char bytes[256];
};

static struct {
    char name[40];
    union address address;
    const void *pointer;
    int length;
} addresses[160];
static int count;

static union address *add(const char *name, int family, int length)
{
    addresses[count].address.any.sa_family = family;
    addresses[count].pointer = &addresses[count].address;
    addresses[count].length = length;
    snprintf(addresses[count].name, sizeof addresses[count].name, "%s", name);
    return &addresses[count++].address;
}

static void four(const char *name, unsigned ip, int port, int length)
{
    union address *a = add(name, AF_INET, length);
    a->four.sin_addr.s_addr = htonl(ip);
    a->four.sin_port = htons(port);
}

static void six(const char *name, struct in6_addr ip, int port, int length)
{
    union address *a = add(name, AF_INET6, length);
    a->six.sin6_addr = ip;
    a->six.sin6_port = htons(port);
}

static void local(const char *path, int length)
{
    union address *a = add(path, AF_UNIX, length);
    strcpy(a->local.sun_path, path);
}

/* A port at which nobody listens, and which everybody may bind. */
static int unused(void)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    socklen_t length = sizeof any;
    int fd = socket(AF_INET6, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&any, length) || getsockname(fd, (struct sockaddr *)&any, &length))
        exit(1);
    close(fd);
    return ntohs(any.sin6_port);
}

static void fill(void)
{
    const int port = unused();
    static const struct in6_addr mapped = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1}}};
    const int whole = sizeof(struct sockaddr_un);

    add("no pointer", 0, 16);
    addresses[count - 1].pointer = NULL;
    add("bad pointer", 0, 16);
    addresses[count - 1].pointer = (void *)8;
    for (int family = 0; family < 100; family += family == 2 ? 8 : family == 10 ? 89 : 1) {
        static const int lengths[] = {-1, 0, 1, 2, 3, 15, 16, 23, 24, 27, 28, 110, 111, 128, 129};
        for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            char name[40];
            // Nothing of its own name for a Unix socket: it would have another one each time.
            if (family == AF_UNIX && lengths[i] > 1)
                continue;
            // Longer than need be is taken by its own sockets, and refused by others in ways of their own.
            if ((family == AF_INET && lengths[i] > 16) || (family == AF_INET6 && lengths[i] > 28))
                continue;
            snprintf(name, sizeof name, "family %d length %d", family, lengths[i]);
            add(name, family, lengths[i]);
        }
    }
    four("127.0.0.1", INADDR_LOOPBACK, port, 16);
    four("127.0.0.1!0", INADDR_LOOPBACK, 0, 16);
    six("::1", in6addr_loopback, port, 28);
    six("::1!0 old length", in6addr_loopback, 0, 24);
    six("mapped", mapped, port, 28);
    local(".", whole);
    local(".", 4);
    local("nothing", whole);
    local("nothing/name", whole);
    local("plain", whole);
    local("plain/name", whole);
    local("plain/", whole);
    local("folder", whole);
    local("folder/", whole);
    local("folder/new", whole);
    if (geteuid())
        local("closed/name", whole);
    local("socket", whole);
    local("socket", 2 + 6);
    local("socket/", whole);
    local("dangling", whole);
    local("dangling/name", whole);
    local("loop", whole);
    local("loop/name", whole);
    local("link", whole);
    local("/", whole);
    local("..", whole);
    memset(add("108 bytes", AF_UNIX, whole)->local.sun_path, 'a', 108);
    memset(add("100 bytes", AF_UNIX, 102)->local.sun_path, 'b', 100);
}

static int opened(const struct descriptor *d)
{
    switch (d->domain) {
    case -1:
        return open("plain", O_RDWR);
    case -2:
        return open("plain", O_PATH);
    case -3:
        return 900;
    case -4:
        return -1;
    default:
        return socket(d->domain, d->type | SOCK_NONBLOCK, 0);
    }
}

/* Takes away what a bind made. */
static void clean(void)
{
    static const char *made[] = {"nothing", "folder/new", NULL};
    char longest[109] = {0};

    for (int i = 0; made[i]; i++)
        unlink(made[i]);
    memset(longest, 'a', 108);
    unlink(longest);
    memset(longest, 'b', 100);
    longest[100] = 0;
    unlink(longest);
}

static int make(const char *folder)
{
    struct sockaddr_un name = {AF_UNIX, "socket"};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);

    if (chdir(folder) || system("chmod -f 700 closed; rm -rf plain folder closed socket dangling loop link; mkdir folder closed"))
        return -1;
    clean();
    close(open("plain", O_CREAT | O_RDWR, 0600));
    // Only who is root without a sandbox may search it: there nothing is asked of it.
    if (geteuid() && chmod("closed", 0))
        return -1;
    if (symlink("missing", "dangling") || symlink("loop", "loop") || symlink("socket", "link"))
        return -1;
    return bind(listening, (struct sockaddr *)&name, sizeof name) || listen(listening, 100) ? -1 : listening;
}

static void say(const char *call, const char *on, const char *what, long result)
{
    printf("%s on %s, %s: %s\n", call, on, what, result < 0 ? strerrorname_np(errno) : "success");
}

static void named(const struct descriptor *d)
{
    for (int i = 0; i < count; i++) {
        const char *name = addresses[i].name;
        int fd = opened(d);
        say("bind", d->name, name, bind(fd, addresses[i].pointer, addresses[i].length));
        say("bind again", d->name, name, bind(fd, addresses[i].pointer, addresses[i].length));
        clean();
        close(fd);
        fd = opened(d);
        say("connect", d->name, name, connect(fd, addresses[i].pointer, addresses[i].length));
        close(fd);
        fd = opened(d);
        say("sendto", d->name, name,
            sendto(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT, addresses[i].pointer, addresses[i].length));
        // The kernel reads the data before it looks for a file, the supervisor after: with both wrong they differ.
        if (d->domain != AF_UNIX)
            say("sendto bad data", d->name, name,
                sendto(fd, (void *)8, 1, MSG_NOSIGNAL | MSG_DONTWAIT, addresses[i].pointer, addresses[i].length));
        close(fd);
    }
}

static void asked(const struct descriptor *d)
{
    static const int lengths[] = {-1, 0, 1, 2, 15, 16, 128, 200};
    char room[256];

    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char what[40];
        socklen_t length = lengths[i];
        int fd = opened(d);
        snprintf(what, sizeof what, "room %d", lengths[i]);
        say("getsockname", d->name, what, getsockname(fd, (void *)room, &length));
        printf("  length %d\n", (int)length);
        length = lengths[i];
        say("getpeername", d->name, what, getpeername(fd, (void *)room, &length));
        length = lengths[i];
        say("accept", d->name, what, accept(fd, (void *)room, &length));
        say("getsockname to nowhere", d->name, what, getsockname(fd, (void *)8, &length));
        say("getsockname without length", d->name, what, getsockname(fd, (void *)room, NULL));
        say("getpeername without length", d->name, what, getpeername(fd, (void *)room, (void *)8));
        say("listen", d->name, what, listen(fd, lengths[i]));
        length = lengths[i];
        say("SO_PEERCRED", d->name, what, getsockopt(fd, SOL_SOCKET, SO_PEERCRED, room, &length));
        length = lengths[i];
        say("SO_PEERCRED to nowhere", d->name, what, getsockopt(fd, SOL_SOCKET, SO_PEERCRED, (void *)8, &length));
        say("SO_PEERCRED without length", d->name, what, getsockopt(fd, SOL_SOCKET, SO_PEERCRED, room, NULL));
        say("SO_REUSEADDR", d->name, what, setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, room, lengths[i]));
        close(fd);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2 || make(argv[1]) < 0)
        return 1;
    fill();
    for (unsigned i = 0; i < sizeof descriptors / sizeof *descriptors; i++) {
        named(&descriptors[i]);
        asked(&descriptors[i]);
    }
    puts("all asked");
    return 0;
}
