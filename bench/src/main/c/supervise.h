/*
 * What the minimal supervisors here share: a command is started under a filter, and one thread receives its notifications
 * and answers them until it has ended. See seccomp_unotify(2).
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

static int listener;
static int target;

/* How many receive at the same time, and whether they are woken synchronously. */
static int receivers = 1;
static int synchronous = 1;

/* Whether a notification still waits for its answer. */
static inline int waits(__u64 id)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

/* Reads from a thread's memory; returns how much there was, or a negative errno. */
static inline long fetch_some(int tid, __u64 from, void *to, size_t length)
{
    struct iovec here = { to, length };
    struct iovec there = { (void *)from, length };
    ssize_t count = process_vm_readv(tid, &here, 1, &there, 1, 0);
    return count < 0 ? -errno : count;
}

/* Reads all of it; returns 0 or a negative errno. */
static inline int fetch(int tid, __u64 from, void *to, size_t length)
{
    long count = fetch_some(tid, from, to, length);
    return count < 0 ? (int)count : (size_t)count < length ? -EFAULT : 0;
}

static inline int install(struct sock_fprog *filter)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -1;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | 32 /* WAIT_KILLABLE_RECV */,
                   filter);
}

/* Returns the exit status of the command. `answer` is given a response that has the id and is zero beside it. */
static inline int supervise(char **command, struct sock_fprog *filter,
                            void (*answer)(const struct seccomp_notif *, struct seccomp_notif_resp *))
{
    int told[2], go[2];
    if (!command[0] || pipe2(told, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
        return 125;

    pid_t child = fork();
    if (child == 0) {
        int made = install(filter);
        char byte;
        if (write(told[1], &made, sizeof made) < 0 || read(go[0], &byte, 1) < 0)
            _exit(125);
        close(made);
        execvp(command[0], command);
        _exit(127);
    }

    int number;
    if (read(told[0], &number, sizeof number) != sizeof number || number < 0) {
        fprintf(stderr, "no filter: %s\n", strerror(errno));
        return 125;
    }
    target = syscall(SYS_pidfd_open, child, 0);
    listener = syscall(SYS_pidfd_getfd, target, number, 0);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, synchronous /* SYNC_WAKE_UP */);
    if (write(go[1], "", 1) != 1)
        return 125;

    struct seccomp_notif received;
    struct seccomp_notif_resp response;
    int extra = 0;
    for (int i = 1; i < receivers && !extra; i++)
        extra = fork() == 0;
    for (;;) {
        memset(&received, 0, sizeof received);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received)) {
            struct pollfd polled = { listener, POLLIN, 0 };
            if (errno == EINTR)
                continue;
            if (poll(&polled, 1, 0) == 1 && (polled.revents & POLLHUP))
                break;
            continue;
        }
        memset(&response, 0, sizeof response);
        response.id = received.id;
        answer(&received, &response);
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
    if (extra)
        _exit(0);
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
