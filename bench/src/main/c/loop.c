/*
 * The smallest supervisor there can be: one thread that receives and answers getppid(2) of one target.
 * loop COMMAND...
 */
#define _GNU_SOURCE
#include "supervise.h"

static void one(const struct seccomp_notif *call, struct seccomp_notif_resp *response)
{
    response->val = 1;
}

int main(int argc, char **argv)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = { sizeof code / sizeof *code, code };
    return supervise(argv + 1, &filter, one);
}
