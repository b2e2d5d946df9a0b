/*
 * The smallest supervisor there can be: one thread that receives and answers getppid(2) of one target.
 * loop COMMAND...
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

static int filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof code / sizeof *code, code };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -1;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | 32 /* WAIT_KILLABLE_RECV */,
                   &program);
}

int main(int argc, char **argv)
{
    int told[2], go[2];
    if (argc < 2 || pipe2(told, 02000000) || pipe2(go, 02000000))
        return 125;

    pid_t child = fork();
    if (child == 0) {
        int listener = filter();
        char byte;
        if (write(told[1], &listener, sizeof listener) < 0 || read(go[0], &byte, 1) < 0)
            _exit(125);
        close(listener);
        execvp(argv[1], argv + 1);
        _exit(127);
    }

    int number;
    if (read(told[0], &number, sizeof number) != sizeof number || number < 0) {
        fprintf(stderr, "loop: no filter: %s\n", strerror(errno));
        return 125;
    }
    int pidfd = syscall(SYS_pidfd_open, child, 0);
    int listener = syscall(SYS_pidfd_getfd, pidfd, number, 0);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, 1 /* SYNC_WAKE_UP */);
    if (write(go[1], "", 1) != 1)
        return 125;

    struct seccomp_notif received;
    struct seccomp_notif_resp response;
    memset(&response, 0, sizeof response);
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
        response.id = received.id;
        response.val = 1;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
