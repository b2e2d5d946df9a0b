/*
 * The smallest supervisor that looks at each openat(2) of its target. The path is read once (process_vm_readv) and the
 * notification's id is checked after that.
 *
 *   openloop serve COMMAND...   opens in the target's place: pins the object (openat2 with O_PATH below the target's root
 *                               or directory, at first without symbolic links), asks for its name, opens it through the pin, and hands
 *                               the descriptor over (ADDFD, then SEND with its number)
 *   openloop leave COMMAND...   asks the kernel where the path leads (openat2 with O_PATH), and leaves the call to it
 *   openloop answer COMMAND...  asks the kernel the same way below the directory of whoever calls, tells him that nothing is
 *                               there, and leaves the rest to the kernel; two receive, and targets may be many
 *
 * No rules; but for the last, one thread, and its target is one process that changes neither root nor directory.
 */
#define _GNU_SOURCE
#include "supervise.h"
#include <linux/openat2.h>
#include <stdlib.h>

static int root = -1, directory = -1;

/* Of the target's root or working directory, once. */
static int place(const struct seccomp_notif *call, const char *path)
{
    int *at = path[0] == '/' ? &root : &directory;
    if (*at < 0) {
        char name[32];
        snprintf(name, sizeof name, "/proc/%d/%s", call->pid, path[0] == '/' ? "root" : "cwd");
        *at = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    return *at;
}

/* A descriptor of what the path leads to, or a negative errno. */
static int pin(const struct seccomp_notif *call)
{
    char path[4096];
    struct open_how how = { O_PATH | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS };
    long length = fetch_some(call->pid, call->data.args[1], path, 256);
    if (length < 0)
        return length;
    if (!memchr(path, 0, length))
        return -ENAMETOOLONG;
    if (!waits(call->id))
        return -ESRCH;
    if (path[0] == '/')
        how.resolve |= RESOLVE_IN_ROOT;
    int from = place(call, path);
    int fd = syscall(SYS_openat2, from, path, &how, sizeof how);
    if (fd < 0 && errno == ELOOP) {
        how.resolve &= ~RESOLVE_NO_SYMLINKS;
        fd = syscall(SYS_openat2, from, path, &how, sizeof how);
    }
    return fd < 0 ? -errno : fd;
}

static void leave(const struct seccomp_notif *call, struct seccomp_notif_resp *response)
{
    int fd = pin(call);
    if (fd >= 0)
        close(fd);
    response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static void tell(const struct seccomp_notif *call, struct seccomp_notif_resp *response)
{
    char path[4096], name[32];
    struct open_how how = { O_PATH | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS };
    long length = fetch_some(call->pid, call->data.args[1], path, 256);
    response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (length < 0 || !memchr(path, 0, length) || !waits(call->id))
        return;
    snprintf(name, sizeof name, "/proc/%d/cwd", call->pid);
    int from = path[0] == '/' ? AT_FDCWD : open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = syscall(SYS_openat2, from, path, &how, sizeof how);
    if (fd < 0 && errno == ENOENT && !(call->data.args[2] & O_CREAT) && waits(call->id)) {
        response->flags = 0;
        response->error = -ENOENT;
    }
    if (fd >= 0)
        close(fd);
    if (from >= 0)
        close(from);
}

/* The number of the descriptor in the target, or a negative errno. */
static int opened(const struct seccomp_notif *call, int pinned)
{
    char link[32], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", pinned);
    if (readlink(link, name, sizeof name) < 0)
        return -errno;
    int fd = open(link, ((int)call->data.args[2] & ~O_NOFOLLOW) | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    struct seccomp_notif_addfd add = { .id = call->id, .srcfd = fd, .newfd_flags = call->data.args[2] & O_CLOEXEC };
    int number = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    number = number < 0 ? -errno : number;
    close(fd);
    return number;
}

static void serve(const struct seccomp_notif *call, struct seccomp_notif_resp *response)
{
    int fd = pin(call);
    int number = fd < 0 ? fd : opened(call, fd);
    if (fd >= 0)
        close(fd);
    if (number < 0)
        response->error = number;
    else
        response->val = number;
}

int main(int argc, char **argv)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = { sizeof code / sizeof *code, code };
    if (argc < 3 || (strcmp(argv[1], "serve") && strcmp(argv[1], "leave") && strcmp(argv[1], "answer"))) {
        fprintf(stderr, "usage: openloop serve|leave|answer COMMAND...\n");
        return 2;
    }
    if (argv[1][0] == 'a') {
        receivers = 2;
        synchronous = 0;
        return supervise(argv + 2, &filter, tell);
    }
    return supervise(argv + 2, &filter, argv[1][0] == 's' ? serve : leave);
}
