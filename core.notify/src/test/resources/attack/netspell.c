/*
 * Reads what the kernel tells of network interfaces in procfs and sysfs, by every spelling, in a sandbox whose own network
 * has an interface MARK that the machine has not.
 *
 *   netspell spell SUPERVISOR WORK MARK    every spelling, from the first thread, another one and a child
 *   netspell race TRIES WORK MARK          another thread changes the path meanwhile
 *
 * Prints a line for each read that tells of the machine, and at the end how often it was told of the own network, of
 * nothing, and of the machine.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))

static const char *supervisor, *work, *mark;
static long own, none, machine;

/* A directory tells of the machine if it holds an interface and not the mark; a file if it has a table without the mark. */
static void judge(int fd, const char *spelling) {
    char text[1 << 16];
    ssize_t length = 0, more;
    if (fd < 0) {
        none++;
        return;
    }
    while (length < (ssize_t)sizeof(text) && (more = read(fd, text + length, sizeof(text) - length)) > 0) length += more;
    if (length == 0) {
        DIR *directory = fdopendir(fd);
        struct dirent *entry;
        int marked = 0, interfaces = 0;
        while (directory && (entry = readdir(directory))) {
            marked |= !strcmp(entry->d_name, mark);
            interfaces |= !strcmp(entry->d_name, "lo");
        }
        if (directory)
            closedir(directory);
        else
            close(fd);
        if (marked)
            own++;
        else if (interfaces) {
            machine++;
            printf("MACHINE %s\n", spelling);
        } else
            none++;
        return;
    }
    close(fd);
    if (memmem(text, length, mark, strlen(mark)))
        own++;
    else if (memmem(text, length, "lo", 2)) {
        machine++;
        printf("MACHINE %s\n", spelling);
    } else
        none++;
}

static void attempt(int directory, const char *path) {
    static const unsigned long resolve[] = {0, RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT};
    judge(openat(directory, path, O_RDONLY), path);
    judge(openat(directory, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path);
    for (int i = 0; i < COUNT(resolve); i++) {
        struct open_how how = {.flags = O_RDONLY, .resolve = resolve[i]};
        judge(syscall(SYS_openat2, directory, path, &how, sizeof(how)), path);
    }
#ifdef SYS_open
    if (directory == AT_FDCWD) judge(syscall(SYS_open, path, O_RDONLY), path);
#endif
    int pin = openat(directory, path, O_PATH);
    if (pin >= 0) {
        char again[64];
        static const char *const forms[] = {"/proc/self/fd/%d", "/dev/fd/%d", "/proc/thread-self/fd/%d"};
        for (int i = 0; i < COUNT(forms); i++) {
            sprintf(again, forms[i], pin);
            judge(open(again, O_RDONLY), path);
        }
        judge(openat(pin, ".", O_RDONLY), path);
        close(pin);
    }
}

static const char *const files[] = {"dev", "if_inet6", "dev_snmp6", "./dev", "stat/../dev", "../net/dev", "../../self/net/dev", "dev_mcast", "igmp"};
static const char *const links[] = {"", ".", "lo/../", "../net", "../../class/net", "../../devices/virtual/net", "../../../sys/class/net"};

static void inside(const char *folder, const char *const *names, int count) {
    char path[4096];
    for (int i = 0; i < count; i++) {
        sprintf(path, "%s/%s", folder, names[i]);
        attempt(AT_FDCWD, path);
    }
    int flags[] = {O_RDONLY | O_DIRECTORY, O_PATH | O_DIRECTORY};
    int back = open(".", O_PATH);
    for (int i = 0; i < COUNT(flags); i++) {
        int directory = open(folder, flags[i]);
        if (directory < 0) continue;
        for (int j = 0; j < count; j++) attempt(directory, *names[j] ? names[j] : ".");
        if (!fchdir(directory)) {
            for (int j = 0; j < count; j++) attempt(AT_FDCWD, *names[j] ? names[j] : ".");
            if (fchdir(back)) exit(2);
        }
        close(directory);
    }
    if (!chdir(folder)) {
        for (int j = 0; j < count; j++) attempt(AT_FDCWD, *names[j] ? names[j] : ".");
        if (fchdir(back)) exit(2);
    }
    close(back);
}

/* Given anything, without the spellings of /proc that have been tried and do not depend on who asks. */
static void *all(void *fewer) {
    char path[4096], tid[16], pid[16];
    sprintf(tid, "%ld", syscall(SYS_gettid));
    sprintf(pid, "%d", getpid());
    const char *const processes[] = {"self", "thread-self", tid, pid, supervisor, "1", "self/task/../../self", "self/root/proc/self"};
    static const char *const bases[] = {"/proc", "//proc//", "/./proc", "/proc/../proc", "/usr/../proc", "/dev/../proc", "/proc/self/root/proc"};
    for (int i = 0; i < COUNT(bases); i += fewer ? COUNT(bases) - 1 : 1) {
        sprintf(path, "%s/net", bases[i]);
        inside(path, files, COUNT(files));
        for (int j = 0; j < COUNT(processes); j++) {
            sprintf(path, "%s/%s/net", bases[i], processes[j]);
            inside(path, files, COUNT(files));
            sprintf(path, "%s/%s/task/%s/net", bases[i], processes[j], tid);
            inside(path, files, COUNT(files));
        }
    }
    static const char *const linked[] = {"p/net", "p/self/net", "n", "s"};
    for (int i = 0; i < COUNT(linked); i++) {
        sprintf(path, "%s/%s", work, linked[i]);
        inside(path, files, COUNT(files));
    }
    static const char *const systems[] = {
        "/sys/class/net", "//sys/class//net", "/sys/../sys/class/net", "/sys/devices/virtual/net", "/proc/self/root/sys/class/net",
        "/sys/class/net/lo/..", "/sys/class/net/lo/../../../../class/net", "/sys/bus/../class/net", "/proc/../sys/class/net",
        "/proc/sys/net/ipv4/conf", "/proc/sys/net/ipv6/conf", "/proc/sys/net/ipv4/neigh", "/proc/self/root/proc/sys/net/ipv4/conf/lo/..",
    };
    for (int i = 0; i < COUNT(systems); i++) inside(systems[i], links, COUNT(links));
    sprintf(path, "%s/c", work);
    inside(path, links, COUNT(links));
    return 0;
}

static int spell(void) {
    all(0);
    pthread_t thread;
    if (pthread_create(&thread, 0, all, &thread)) return 2;
    pthread_join(thread, 0);
    printf("%ld %ld %ld\n", own, none, machine);
    pid_t child = fork();
    if (!child) {
        own = none = machine = 0;
        all(&child);
        printf("%ld %ld %ld\n", own, none, machine);
        exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static char shared[64];
static volatile int done;
static const char *const sides[] = {"/etc/passwd\0\0", "/proc/net/dev"};

static void *rewrite(void *unused) {
    unsigned seed = 1;
    while (!done) memcpy(shared, sides[rand_r(&seed) >> 3 & 1], 14);
    return 0;
}

static void *flip(void *unused) {
    char link[4096], fresh[4096];
    sprintf(link, "%s/flip", work);
    sprintf(fresh, "%s/fresh", work);
    static const char *const ends[] = {"/etc", "/proc/net"};
    for (int i = 0; !done; i++)
        if (symlink(ends[i & 1], fresh) || rename(fresh, link)) exit(3);
    return 0;
}

static int race(long tries) {
    pthread_t first, second;
    char path[4096];
    sprintf(path, "%s/flip/dev", work);
    if (pthread_create(&first, 0, rewrite, 0) || pthread_create(&second, 0, flip, 0)) return 2;
    long enough = tries / 50;
    /* On a busy machine the other threads may not run for long. */
    for (long i = 0; i < tries || ((own < enough || none < enough) && i < 100 * tries); i++) {
        if (i % 16 == 0) sched_yield();
        int fd = open(shared, O_RDONLY);
        char text[4096];
        ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text));
        if (fd >= 0) close(fd);
        if (length > 0 && memmem(text, length, "Inter-", 6))
            memmem(text, length, mark, strlen(mark)) ? own++ : machine++;
        else
            none++;
        fd = open(path, O_RDONLY);
        if (fd >= 0) judge(fd, path);
    }
    done = 1;
    pthread_join(first, 0);
    pthread_join(second, 0);
    printf("%ld %ld %ld\n", own, none, machine);
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    supervisor = argv[2];
    work = argv[3];
    mark = argv[4];
    setvbuf(stdout, 0, _IOLBF, 0);
    static const char *const names[] = {"p", "n", "s", "c"};
    static const char *const targets[] = {"/proc", "/proc/net", "/proc/self/net", "/sys/class/net"};
    char path[4096];
    for (int i = 0; i < COUNT(names); i++) {
        sprintf(path, "%s/%s", work, names[i]);
        if (symlink(targets[i], path) && errno != EEXIST) return 2;
    }
    return !strcmp(argv[1], "race") ? race(atol(argv[2])) : spell();
}
