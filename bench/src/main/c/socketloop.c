/*
 * The smallest supervisor that makes bind(2), connect(2), getsockname(2) and getpeername(2) in its target's place as safely
 * as Sluice does: the socket is copied (pidfd_getfd), the arguments are read once (process_vm_readv), the notification's
 * id is checked after that and before anything is written, results are written through /proc/TID/mem, opened for this
 * notification. One thread, no rules, no map of ports, IPv4 alone. Its target is one process that does not fork.
 *
 * socketloop COMMAND...
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

static int listener;
static int pidfd;

static int filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bind, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsockname, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpeername, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    struct sock_fprog program = { sizeof code / sizeof *code, code };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -1;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | 32 /* WAIT_KILLABLE_RECV */,
                   &program);
}

static int waits(__u64 id)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

/* Returns 0 or a negative errno. */
static int fetch(int tid, __u64 from, void *to, size_t length)
{
    struct iovec here = { to, length };
    struct iovec there = { (void *)from, length };
    ssize_t count = process_vm_readv(tid, &here, 1, &there, 1, 0);
    return count < 0 ? -errno : (size_t)count < length ? -EFAULT : 0;
}

/* Writes a name and its length, as move_addr_to_user. */
static int tell(const struct seccomp_notif *call, const void *name, socklen_t length, int room)
{
    char path[32];
    size_t stored = room < (int)length ? (size_t)room : length;
    int error = 0;

    snprintf(path, sizeof path, "/proc/%d/mem", call->pid);
    int memory = open(path, O_RDWR | O_CLOEXEC);
    if (memory < 0)
        return -errno;
    if (!waits(call->id))
        error = -ESRCH;
    else if (pwrite(memory, name, stored, call->data.args[1]) != (ssize_t)stored ||
             pwrite(memory, &length, sizeof length, call->data.args[2]) != sizeof length)
        error = -EFAULT;
    close(memory);
    return error;
}

static int perform(const struct seccomp_notif *call)
{
    struct sockaddr_storage address;
    socklen_t length = call->data.args[2];
    int named = call->data.nr == SYS_getsockname || call->data.nr == SYS_getpeername;
    int room = 0;

    int s = syscall(SYS_pidfd_getfd, pidfd, (int)call->data.args[0], 0);
    if (s < 0)
        return -errno;
    int error = named ? fetch(call->pid, call->data.args[2], &room, sizeof room)
                : length > sizeof address ? -EINVAL
                : fetch(call->pid, call->data.args[1], &address, length);
    if (error == 0 && room < 0)
        error = -EINVAL;
    if (error == 0 && !waits(call->id))
        error = -ESRCH;
    if (error == 0 && named) {
        length = sizeof address;
        error = call->data.nr == SYS_getsockname ? getsockname(s, (struct sockaddr *)&address, &length)
                                                 : getpeername(s, (struct sockaddr *)&address, &length);
        error = error ? -errno : tell(call, &address, length, room);
    } else if (error == 0) {
        error = call->data.nr == SYS_bind ? bind(s, (struct sockaddr *)&address, length)
                                          : connect(s, (struct sockaddr *)&address, length);
        error = error ? -errno : 0;
    }
    close(s);
    return error;
}

int main(int argc, char **argv)
{
    int told[2], go[2];
    if (argc < 2 || pipe2(told, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
        return 125;

    pid_t child = fork();
    if (child == 0) {
        int made = filter();
        char byte;
        if (write(told[1], &made, sizeof made) < 0 || read(go[0], &byte, 1) < 0)
            _exit(125);
        close(made);
        execvp(argv[1], argv + 1);
        _exit(127);
    }

    int number;
    if (read(told[0], &number, sizeof number) != sizeof number || number < 0) {
        fprintf(stderr, "socketloop: no filter: %s\n", strerror(errno));
        return 125;
    }
    pidfd = syscall(SYS_pidfd_open, child, 0);
    listener = syscall(SYS_pidfd_getfd, pidfd, number, 0);
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
        response.error = perform(&received);
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
