/*
 * Sends numbered messages by sendmmsg(2), eight at a time, to a receiver that stops now and then, so that calls wait for room.
 * Prints "sent N of N partly N failed N": how many messages came, each one once and in its turn, of how many; how often
 * fewer went than asked for, how often none. series MESSAGES
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 8 };

static int fds[2], count;

static void *receive(void *unused)
{
    int number;
    for (int expected = 0; expected < count; expected++) {
        if (recv(fds[1], &number, sizeof number, 0) != sizeof number || number != expected) {
            fprintf(stderr, "series: message %d came as %d\n", number, expected);
            exit(1);
        }
        if (expected % 40 == 0)
            usleep(10000);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t receiver;
    int next = 0, partly = 0, failed = 0, little = 1;

    count = atoi(argv[1]);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) || setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof little) ||
        pthread_create(&receiver, NULL, receive, NULL))
        return 2;
    while (next < count) {
        struct mmsghdr messages[AT_ONCE] = {0};
        struct iovec parts[AT_ONCE];
        int numbers[AT_ONCE], asked = count - next < AT_ONCE ? count - next : AT_ONCE;
        for (int i = 0; i < asked; i++) {
            numbers[i] = next + i;
            parts[i] = (struct iovec){&numbers[i], sizeof numbers[i]};
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
        }
        int sent = sendmmsg(fds[0], messages, asked, 0);
        for (int i = 0; i < asked; i++)
            if (messages[i].msg_len != (i < sent ? sizeof(int) : 0)) {
                fprintf(stderr, "series: of message %d of %d %u bytes are told\n", i, sent, messages[i].msg_len);
                return 3;
            }
        if (sent < 0) {
            failed++;
            fprintf(stderr, "series: %s\n", strerror(errno));
            continue;
        }
        partly += sent < asked;
        next += sent;
    }
    pthread_join(receiver, NULL);
    char more;
    if (recv(fds[1], &more, 1, MSG_DONTWAIT) >= 0) {
        fprintf(stderr, "series: one message more\n");
        return 1;
    }
    printf("sent %d of %d partly %d failed %d\n", next, count, partly, failed);
    return 0;
}
