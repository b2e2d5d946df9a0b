/*
 * Attacks its supervisor and its guard by every call that names a process, and the supervisor's premises by every call that
 * changes a file.
 *
 * hostile SUPERVISOR THREAD PREMISES SCRATCH
 *
 * THREAD is one of the supervisor's, the guard is this program's parent. PREMISES holds a file f and a folder d, SCRATCH
 * may be written to. Prints one line for each try: "held NAME ERRNO" or "BROKE NAME". Outside a sandbox it would do to the
 * whole user what it tries, so there it refuses to run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef SCHED_IDLE
#define SCHED_IDLE 5
#endif

static void try(const char *name, const char *of, long result)
{
    int error = errno;
    if (result >= 0)
        printf("BROKE %s %s\n", name, of);
    else
        printf("held %s %s %d\n", name, of, error);
}

static long send_by_pidfd(int pid)
{
    int fd = syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return -1;
    long result = syscall(SYS_pidfd_send_signal, fd, SIGWINCH, NULL, 0);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long take_descriptor(int pid)
{
    int fd = syscall(SYS_pidfd_open, pid, 0);
    long result = fd < 0 ? -1 : syscall(SYS_pidfd_getfd, fd, 0, 0);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long advise(int pid)
{
    static char page[4096];
    struct iovec all = { page, sizeof page };
    int fd = syscall(SYS_pidfd_open, pid, 0);
    long result = fd < 0 ? -1 : syscall(SYS_process_madvise, fd, &all, 1, 20 /* MADV_COLD */, 0);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static void processes(const char *who, int pid)
{
    static char byte;
    struct iovec here = { &byte, 1 }, there = { (void *)0x400000, 1 };
    struct rlimit low = { 16, 16 };
    struct sched_param zero = { 0 };
    siginfo_t info;
    cpu_set_t first;
    struct { unsigned size, policy; unsigned long flags; int nice; unsigned priority; unsigned long times[3]; } attributes =
        { 48, SCHED_IDLE, 0, 0, 0, { 0 } };

    memset(&info, 0, sizeof info);
    info.si_code = SI_QUEUE;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    try("kill 0", who, kill(pid, 0));
    try("kill", who, kill(pid, SIGWINCH));
    try("tkill", who, syscall(SYS_tkill, pid, SIGWINCH));
    try("tgkill", who, syscall(SYS_tgkill, pid, pid, SIGWINCH));
    try("rt_sigqueueinfo", who, syscall(SYS_rt_sigqueueinfo, pid, SIGWINCH, &info));
    try("rt_tgsigqueueinfo", who, syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGWINCH, &info));
    try("pidfd_send_signal", who, send_by_pidfd(pid));
    try("prlimit64", who, prlimit(pid, RLIMIT_NOFILE, &low, NULL));
    try("prlimit64 cpu", who, prlimit(pid, RLIMIT_CPU, &low, NULL));
    try("sched_setaffinity", who, sched_setaffinity(pid, sizeof first, &first));
    try("sched_setscheduler", who, sched_setscheduler(pid, SCHED_IDLE, &zero));
    try("sched_setparam", who, sched_setparam(pid, &zero));
    try("sched_setattr", who, syscall(SYS_sched_setattr, pid, &attributes, 0));
    try("setpriority", who, setpriority(PRIO_PROCESS, pid, 19));
    try("setpriority group", who, setpriority(PRIO_PGRP, getpgid(pid), 19));
    try("ioprio_set", who, syscall(SYS_ioprio_set, 1, pid, 3 << 13));
    try("ptrace seize", who, ptrace(PTRACE_SEIZE, pid, 0, 0));
    try("ptrace attach", who, ptrace(PTRACE_ATTACH, pid, 0, 0));
    try("process_vm_readv", who, syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0));
    try("process_vm_writev", who, syscall(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0));
    try("process_madvise", who, advise(pid));
    try("pidfd_getfd", who, take_descriptor(pid));
    try("kcmp", who, syscall(SYS_kcmp, getpid(), pid, 0, 0, 0));
    try("move_pages", who, syscall(SYS_move_pages, pid, 0, NULL, NULL, NULL, 0));
    try("migrate_pages", who, syscall(SYS_migrate_pages, pid, 0, NULL, NULL));
    try("setpgid", who, setpgid(pid, getpid()));
}

static long open_and_close(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    char byte;
    long result = (flags & (O_PATH | O_ACCMODE)) ? 1 : read(fd, &byte, 1);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

/*
 * Has the kernel send SIGIO, whose default action is to end a process. Naming the owner is allowed, sending is not; whoever
 * started the supervisor sees whether it is still there.
 */
static void owner(const char *who, int pid)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return;
    if (fcntl(pair[0], F_SETOWN, pid) == 0 && fcntl(pair[0], F_SETFL, O_ASYNC) == 0)
        send(pair[1], "", 1, 0);
    errno = 0;
    try("SIGIO", who, -1);
    close(pair[0]);
    close(pair[1]);
}

static void procfs(const char *who, int pid)
{
    static const char *const read[] = { "environ", "maps", "smaps", "pagemap", "auxv", "mem", "io", "syscall", "stack",
        "personality", "map_files/." };
    static const char *const write[] = { "mem", "oom_score_adj", "oom_adj", "timerslack_ns", "clear_refs", "comm",
        "coredump_filter", "loginuid", "attr/current", "uid_map", "setgroups", "autogroup" };
    static const char *const follow[] = { "cwd", "root", "exe", "fd/0", "fd/1", "cwd/.", "root/etc/passwd", "task/%d/cwd",
        "task/%d/root" };
    char path[200], name[200], link[10];

    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", pid, read[i]);
        /* An empty file is no secret. */
        long result = open_and_close(path, O_RDONLY);
        snprintf(name, sizeof name, "read %s", read[i]);
        try(name, who, result == 0 ? -1 : result);
    }
    for (size_t i = 0; i < sizeof write / sizeof *write; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", pid, write[i]);
        snprintf(name, sizeof name, "write %s", write[i]);
        try(name, who, open_and_close(path, O_WRONLY));
        snprintf(path, sizeof path, "/proc/%d/task/%d/%s", pid, pid, write[i]);
        snprintf(name, sizeof name, "write task %s", write[i]);
        try(name, who, open_and_close(path, O_WRONLY));
    }
    for (size_t i = 0; i < sizeof follow / sizeof *follow; i++) {
        char format[100];
        snprintf(format, sizeof format, "/proc/%%d/%s", follow[i]);
        snprintf(path, sizeof path, format, pid, pid);
        snprintf(name, sizeof name, "follow %s", follow[i]);
        try(name, who, open_and_close(path, O_PATH));
        snprintf(name, sizeof name, "chdir %s", follow[i]);
        try(name, who, chdir(path));
        snprintf(name, sizeof name, "readlink %s", follow[i]);
        if (!strchr(follow[i], '.') && !strstr(follow[i], "passwd"))
            try(name, who, readlink(path, link, sizeof link));
    }
}

static const char *premises, *scratch;

static char *at(const char *folder, const char *name)
{
    static char paths[4][4096];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static long bind_socket(const char *path)
{
    struct sockaddr_un address = { AF_UNIX };
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    long result = bind(fd, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long link_temporary_file(const char *to)
{
    char path[64];
    int fd = open(scratch, O_TMPFILE | O_RDWR, 0600);
    if (fd < 0) {
        fprintf(stderr, "hostile: no O_TMPFILE in %s: %s\n", scratch, strerror(errno));
        return -1;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    long result = linkat(AT_FDCWD, path, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long reopen(int flags)
{
    char path[64];
    int fd = open(at(premises, "f"), O_PATH);
    if (fd < 0)
        return -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    long result = open_and_close(path, flags);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long below(int (*what)(int, const char *))
{
    int fd = open(premises, O_PATH | O_DIRECTORY);
    long result = fd < 0 ? -1 : what(fd, "n");
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static int create_at(int fd, const char *name) { return openat(fd, name, O_CREAT | O_WRONLY, 0600); }
static int mkdir_at(int fd, const char *name) { return mkdirat(fd, name, 0700); }
static int symlink_at(int fd, const char *name) { return symlinkat("/etc", fd, name); }

static void files(void)
{
    const char *file = at(scratch, "mine");
    close(open(file, O_CREAT | O_RDWR, 0600));
    mkdir(at(scratch, "folder"), 0700);
    if (symlink(premises, at(scratch, "way")) || symlink(at(premises, "f"), at(scratch, "direct")))
        perror("hostile: symlink");

    const char *on = "premises";
    try("open for writing", on, open_and_close(at(premises, "f"), O_WRONLY));
    try("open for both", on, open_and_close(at(premises, "f"), O_RDWR));
    try("open for appending", on, open_and_close(at(premises, "f"), O_WRONLY | O_APPEND));
    try("open truncating", on, open_and_close(at(premises, "f"), O_RDONLY | O_TRUNC | O_WRONLY));
    try("truncate", on, truncate(at(premises, "f"), 0));
    try("create", on, open(at(premises, "n"), O_CREAT | O_WRONLY, 0600));
    try("temporary file", on, open(premises, O_TMPFILE | O_RDWR, 0600));
    try("through a link", on, open_and_close(at(scratch, "direct"), O_WRONLY));
    try("through a linked folder", on, open(at(scratch, "way/n"), O_CREAT | O_WRONLY, 0600));
    try("reopen", on, reopen(O_WRONLY));
    try("create below a descriptor", on, below(create_at));
    try("mkdir below a descriptor", on, below(mkdir_at));
    try("symlink below a descriptor", on, below(symlink_at));
    try("unlink", on, unlink(at(premises, "f")));
    try("rmdir", on, rmdir(at(premises, "d")));
    try("mkdir", on, mkdir(at(premises, "n"), 0700));
    try("mkfifo", on, mkfifo(at(premises, "n"), 0600));
    try("symlink", on, symlink("/etc", at(premises, "n")));
    try("bind", on, bind_socket(at(premises, "n")));
    try("bind below a link", on, bind_socket(at(scratch, "way/n")));
    try("link in", on, link(file, at(premises, "n")));
    try("link out", on, link(at(premises, "f"), at(scratch, "out")));
    try("link a temporary file in", on, link_temporary_file(at(premises, "n")));
    try("rename in", on, rename(file, at(premises, "n")));
    try("rename over", on, rename(file, at(premises, "f")));
    try("rename out", on, rename(at(premises, "f"), at(scratch, "out")));
    try("rename inside", on, rename(at(premises, "f"), at(premises, "n")));
    try("exchange", on, syscall(SYS_renameat2, AT_FDCWD, file, AT_FDCWD, at(premises, "f"), 2));
    try("rename the folder away", on, rename(premises, at(scratch, "away")));
    try("rename a folder over it", on, rename(at(scratch, "folder"), premises));
    try("exchange the folder", on, syscall(SYS_renameat2, AT_FDCWD, at(scratch, "folder"), AT_FDCWD, premises, 2));
    try("rmdir of it", on, rmdir(premises));
    if (open_and_close(at(premises, "f"), O_RDONLY) < 0 && errno == ENOENT)
        printf("BROKE the file is gone premises\n");
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    if (prctl(PR_GET_SECCOMP) != 2 /* SECCOMP_MODE_FILTER */) {
        fprintf(stderr, "hostile: not in a sandbox\n");
        return 4;
    }
    int supervisor = atoi(argv[1]);
    premises = argv[3];
    scratch = argv[4];
    int guard = getppid();

    setvbuf(stdout, NULL, _IOLBF, 0);
    processes("supervisor", supervisor);
    processes("thread", atoi(argv[2]));
    processes("guard", guard);
    owner("supervisor", supervisor);
    owner("guard", guard);
    procfs("supervisor", supervisor);
    procfs("guard", guard);
    try("setpriority user", "user", setpriority(PRIO_USER, 0, 19));
    try("ioprio_set user", "user", syscall(SYS_ioprio_set, 3, getuid(), 3 << 13));
    try("ioprio_set group", "group", syscall(SYS_ioprio_set, 2, getpgid(0), 3 << 13));
    files();
    printf("end\n");
    return 0;
}
