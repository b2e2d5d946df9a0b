/*
 * The smallest supervisor that makes bind(2), connect(2), getsockname(2) and getpeername(2) in its target's place as safely
 * as Sluice does: the socket is copied (pidfd_getfd), the arguments are read once (process_vm_readv), the notification's
 * id is checked after that and before anything is written, results are written through /proc/TID/mem, opened for this
 * notification. One thread, no rules, no map of ports, IPv4 alone. Its target is one process that does not fork.
 *
 * socketloop COMMAND...
 */
#define _GNU_SOURCE
#include "supervise.h"
#include <netinet/in.h>
#include <sys/socket.h>

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

    int s = syscall(SYS_pidfd_getfd, target, (int)call->data.args[0], 0);
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

static void answer(const struct seccomp_notif *call, struct seccomp_notif_resp *response)
{
    response->error = perform(call);
}

int main(int argc, char **argv)
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
    struct sock_fprog filter = { sizeof code / sizeof *code, code };
    return supervise(argv + 1, &filter, answer);
}
