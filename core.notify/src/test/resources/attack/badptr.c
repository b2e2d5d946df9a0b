/*
 * Passes bind(2), connect(2), getsockname(2) and getpeername(2) memory that is not there, and prints what each came to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void say(const char *name, long result)
{
    printf("%s %ld\n", name, result < 0 ? (long)-errno : result);
}

int main(void)
{
    long page = sysconf(_SC_PAGESIZE);
    char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sockaddr *cut = (struct sockaddr *)(two + page - 4);
    struct sockaddr_in in;
    socklen_t negative = -1, size = sizeof in;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    munmap(two + page, page);
    cut->sa_family = AF_INET;
    say("bind none", bind(fd, NULL, sizeof in));
    say("bind cut", bind(fd, cut, sizeof in));
    say("bind kernel", bind(fd, (struct sockaddr *)0xffffffff81000000UL, sizeof in));
    say("bind long", bind(fd, cut, 129));
    say("bind negative", bind(fd, cut, -1));
    say("connect none", connect(fd, NULL, sizeof in));
    say("connect cut", connect(fd, cut, sizeof in));
    say("connect long", connect(fd, cut, 4096));
    say("getsockname none", getsockname(fd, NULL, &size));
    say("getsockname no length", getsockname(fd, (struct sockaddr *)&in, NULL));
    say("getsockname negative", getsockname(fd, (struct sockaddr *)&in, &negative));
    say("getpeername unconnected", getpeername(fd, (struct sockaddr *)&in, &size));
    say("bind no socket", bind(1, (struct sockaddr *)&in, sizeof in));
    say("bind closed", bind(99, (struct sockaddr *)&in, sizeof in));
    return 0;
}
