/*
 * Looks at names without opening anything, in a sandbox where processes outside and the machine's network interfaces have to
 * be missing from that too.
 *
 *   lookspell spell WORK INTERFACES PID…   every spelling, from the first thread, another one and a child
 *   lookspell race TRIES WORK PID          other threads exchange the path, or the descriptor, meanwhile
 *
 * INTERFACES are names of the machine's, with commas; PIDs are outside. "spell" prints the tries that found something, and for
 * the threads and for the child how many were held, found, and what has to be there and was, and was not. "race" prints how
 * often it was answered about what it may see, about nothing, about what it must not, and how often it came to stand in a
 * directory that is not there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))

struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

static const char *work, *interfaces;
static char **strangers;
static int stranger_count;
static long held, found, seen, missed;
/* The working directory that it is to have. */
static int place;

static void tried(const char *call, int directory, const char *path, long result) {
    int error = result < 0 ? errno : 0;
    if (result < 0 && error == ENOENT) {
        held++;
        return;
    }
    found++;
    printf("FOUND %s %s from %d: %ld, %s\n", call, path, directory, result, strerror(error));
}

/* None of these may tell that a path leads to something. */
static void look(int directory, const char *path) {
    struct stat status;
    struct statx extended;
    char text[4096];
    if (directory == AT_FDCWD) {
#ifdef SYS_stat
        tried("stat", directory, path, syscall(SYS_stat, path, &status));
        tried("lstat", directory, path, syscall(SYS_lstat, path, &status));
        tried("access", directory, path, syscall(SYS_access, path, F_OK));
        tried("readlink", directory, path, syscall(SYS_readlink, path, text, sizeof(text)));
#endif
        long entered = chdir(path);
        tried("chdir", directory, path, entered);
        if (!entered && fchdir(place)) exit(2);
    }
    tried("newfstatat", directory, path, syscall(SYS_newfstatat, directory, path, &status, 0));
    tried("newfstatat nofollow", directory, path, syscall(SYS_newfstatat, directory, path, &status, AT_SYMLINK_NOFOLLOW));
    tried("newfstatat empty", directory, path, syscall(SYS_newfstatat, directory, path, &status, AT_EMPTY_PATH));
    tried("statx", directory, path, syscall(SYS_statx, directory, path, 0, STATX_BASIC_STATS, &extended));
    tried("statx nofollow", directory, path, syscall(SYS_statx, directory, path, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, 0, &extended));
    tried("faccessat", directory, path, syscall(SYS_faccessat, directory, path, R_OK));
    tried("faccessat2", directory, path, syscall(SYS_faccessat2, directory, path, F_OK, AT_SYMLINK_NOFOLLOW));
    tried("faccessat2 eaccess", directory, path, syscall(SYS_faccessat2, directory, path, X_OK, AT_EACCESS));
    tried("readlinkat", directory, path, syscall(SYS_readlinkat, directory, path, text, sizeof(text)));
    tried("openat path", directory, path, openat(directory, path, O_PATH));
    tried("openat", directory, path, openat(directory, path, O_RDONLY | O_NONBLOCK));
}

static const char *const leaves[] = {
    "", "/.", "/stat", "/environ", "/maps", "/fd", "/fd/0", "/cwd", "/cwd/", "/exe", "/root", "/root/etc/passwd", "/cmdline", "/task", "/ns/net", "/net/dev",
    "/status/..",
};

/* All spellings of one number, and a few of another. */
static void process(const char *number, int few) {
    static const char *const forms[] = {
        "/proc/%s%s", "//proc//%s%s", "/./proc/./%s%s", "/proc/../proc/%s%s", "/tmp/../proc/%s%s", "/proc/self/../%s%s",
        "/proc/thread-self/../../../%s%s", "/proc/self/root/proc/%s%s", "/dev/fd/../../%s%s", "/proc/self/task/../../%s%s",
        "/usr/../proc/%s%s", "/proc/net/../../%s%s",
    };
    char path[4096];
    for (int i = 0; i < (few ? 2 : COUNT(forms)); i++)
        for (int j = 0; j < COUNT(leaves); j++) {
            sprintf(path, forms[i], number, leaves[j]);
            look(AT_FDCWD, path);
        }
    int directories[] = {open("/proc", O_PATH), open("/proc", O_RDONLY | O_DIRECTORY), open("/proc/self/task", O_PATH), -1};
    sprintf(path, "%s/p", work);
    directories[3] = open(path, O_PATH);
    for (int i = 0; i < COUNT(directories); i++)
        for (int j = 0; j < COUNT(leaves); j++) {
            sprintf(path, "%s%s%s", i == 2 ? "../../" : "", number, leaves[j]);
            look(directories[i], path);
        }
    for (int j = 0; j < COUNT(leaves); j++) {
        sprintf(path, "%s/p/%s%s", work, number, leaves[j]);
        look(AT_FDCWD, path);
        sprintf(path, "%s/s%s%s", work, number, leaves[j]);
        if (*leaves[j]) look(AT_FDCWD, path);
        sprintf(path, "/proc/self/fd/%d/%s%s", directories[0], number, leaves[j]);
        look(AT_FDCWD, path);
    }
    int back = place;
    if (!fchdir(place = directories[0])) {
        for (int j = 0; j < COUNT(leaves); j++) {
            sprintf(path, "%s%s", number, leaves[j]);
            look(AT_FDCWD, path);
            sprintf(path, "self/../%s%s", number, leaves[j]);
            look(AT_FDCWD, path);
        }
    }
    if (fchdir(place = back)) exit(2);
    for (int i = 0; i < COUNT(directories); i++) close(directories[i]);
}

static void interface(const char *name) {
    static const char *const forms[] = {
        "/sys/class/net/%s", "/sys/class/net/%s/mtu", "/sys/class/net/%s/", "/sys//class/../class/net/%s/address", "/sys/devices/virtual/net/%s",
        "/proc/sys/net/ipv4/conf/%s", "/proc/sys/net/ipv6/conf/%s/forwarding", "/proc/sys/net/ipv4/neigh/%s", "/proc/self/root/sys/class/net/%s",
        "/proc/self/root/proc/sys/net/ipv4/conf/%s/forwarding", "/proc/net/dev_snmp6/%s", "/proc/self/net/dev_snmp6/%s", "/proc/1/net/dev_snmp6/%s",
    };
    char path[4096];
    for (int i = 0; i < COUNT(forms); i++) {
        sprintf(path, forms[i], name);
        look(AT_FDCWD, path);
    }
    int directory = open("/sys/class", O_PATH);
    if (directory < 0) exit(2);
    sprintf(path, "net/%s/mtu", name);
    look(directory, path);
    sprintf(path, "../class/net/%s", name);
    look(directory, path);
    close(directory);
}

static void must(const char *what, int holds) {
    if (holds)
        seen++;
    else {
        missed++;
        printf("MISSED %s: %s\n", what, strerror(errno));
    }
}

static int is_stranger(const char *name) {
    for (int i = 0; i < stranger_count; i++)
        if (!strcmp(name, strangers[i])) return 1;
    return 0;
}

/* Whether a list has this process; one with a stranger counts as found. */
static int lists_self(int directory, long call, size_t size, const char *how) {
    char buffer[1 << 16], own[16];
    int self = 0;
    long length;
    sprintf(own, "%d", getpid());
    while ((length = syscall(call, directory, buffer, size)) > 0)
        for (long at = 0; at < length;) {
            struct entry *entry = (struct entry *)(buffer + at);
            const char *name = call == SYS_getdents64 ? entry->name : (char *)&entry->type;
            if (is_stranger(name)) {
                found++;
                printf("FOUND %s in a list by %s\n", name, how);
            } else
                held++;
            self |= !strcmp(name, own);
            at += entry->length;
        }
    if (length < 0) printf("MISSED list by %s: %s\n", how, strerror(errno));
    return self && length == 0;
}

static void lists(void) {
    static const size_t sizes[] = {1 << 16, 4096, 64, 1 << 15};
    char path[4096];
    for (int i = 0; i < COUNT(sizes); i++) {
        int directory = open("/proc", O_RDONLY | O_DIRECTORY);
        must("list", lists_self(directory, SYS_getdents64, sizes[i], "open"));
        must("list again", !lseek(directory, 0, SEEK_SET) && lists_self(directory, SYS_getdents64, sizes[i], "seek"));
#ifdef SYS_getdents
        must("old list", !lseek(directory, 0, SEEK_SET) && lists_self(directory, SYS_getdents, sizes[i], "getdents"));
#endif
        int copy = dup(directory);
        must("copy", !lseek(copy, 0, SEEK_SET) && lists_self(copy, SYS_getdents64, sizes[i], "dup"));
        close(copy);
        close(directory);
    }
    static const char *const forms[] = {"%s/p", "%s/p/self/..", "%s/../../../../../../../../proc", "%s/p/self/root/proc"};
    for (int i = 0; i < COUNT(forms); i++) {
        sprintf(path, forms[i], work);
        int directory = open(path, O_RDONLY | O_DIRECTORY);
        if (i != 2) must(path, lists_self(directory, SYS_getdents64, 4096, path));
        close(directory);
    }
}

static void own(void) {
    struct stat status;
    char text[4096], expected[64];
    int length = readlink("/proc/self", text, sizeof(text));
    sprintf(expected, "%d", getpid());
    must("self", length == (int)strlen(expected) && !memcmp(text, expected, length));
    length = readlink("/proc/thread-self", text, sizeof(text));
    sprintf(expected, "%d/task/%ld", getpid(), syscall(SYS_gettid));
    must("thread-self", length == (int)strlen(expected) && !memcmp(text, expected, length));
    length = readlink("/proc/self/exe", text, sizeof(text));
    must("exe", length > 9 && !memcmp(text + length - 9, "lookspell", 9));
    must("stat", !stat("/proc/self/stat", &status) && S_ISREG(status.st_mode));
    must("lstat", !lstat("/proc/self/cwd", &status) && S_ISLNK(status.st_mode));
    must("access", !access("/proc/self/fd/1", F_OK));
    must("fstatat", !fstatat(1, "", &status, AT_EMPTY_PATH) && S_ISREG(status.st_mode));
    must("chdir", !chdir("/proc/self") && !access("stat", R_OK) && !chdir(work));
    must("parent", !chdir("..") && !chdir(work) && !access(".", X_OK));
    sprintf(expected, "/proc/%ld/comm", syscall(SYS_gettid));
    must("thread", !access(expected, R_OK));
}

static void *all(void *unused) {
    for (int i = 0; i < stranger_count; i++) process(strangers[i], i > 0);
    char names[4096], *rest = names;
    strcpy(names, interfaces);
    for (char *name; (name = strsep(&rest, ",")) != 0;)
        if (*name) interface(name);
    lists();
    own();
    return 0;
}

static int spell(void) {
    pthread_t thread;
    all(0);
    if (pthread_create(&thread, 0, all, 0)) return 2;
    pthread_join(thread, 0);
    printf("%ld %ld %ld %ld\n", held, found, seen, missed);
    pid_t child = fork();
    if (!child) {
        held = found = seen = missed = 0;
        all(0);
        printf("%ld %ld %ld %ld\n", held, found, seen, missed);
        exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static char shared[64], stranger_path[64];
static volatile int done;
static int shared_fd = 100, safe_fd, proc_fd;

static void *rewrite(void *unused) {
    static const char safe[64] = "/etc/passwd";
    unsigned seed = 1;
    while (!done) memcpy(shared, rand_r(&seed) >> 3 & 1 ? safe : stranger_path, sizeof(shared));
    return 0;
}

static void *exchange(void *unused) {
    for (int i = 0; !done; i++)
        if (dup2(i & 1 ? safe_fd : proc_fd, shared_fd) < 0) exit(3);
    return 0;
}

static int race(long tries) {
    long allowed = 0, none = 0, broke = 0, stood = 0;
    struct stat proc, status;
    struct statx extended;
    pthread_t first, second;
    sprintf(stranger_path, "/proc/%s/.", strangers[0]);
    memcpy(shared, stranger_path, sizeof(shared));
    safe_fd = open("/etc", O_RDONLY | O_DIRECTORY);
    proc_fd = open("/proc", O_RDONLY | O_DIRECTORY);
    if (safe_fd < 0 || proc_fd < 0 || fstat(proc_fd, &proc) || dup2(safe_fd, shared_fd) < 0) return 2;
    int back = open(".", O_PATH);
    if (pthread_create(&first, 0, rewrite, 0) || pthread_create(&second, 0, exchange, 0)) return 2;
    for (long i = 0; i < tries || ((allowed < tries / 50 || none < tries / 50) && i < 100 * tries); i++) {
        if (i % 16 == 0) sched_yield();
        if (stat(shared, &status))
            none++;
        else
            status.st_dev == proc.st_dev ? broke++ : allowed++;
        if (!statx(AT_FDCWD, shared, 0, STATX_BASIC_STATS, &extended))
            broke += makedev(extended.stx_dev_major, extended.stx_dev_minor) == proc.st_dev;
        /* Nobody may search passwd. */
        broke += !access(shared, X_OK);
        int fd = open(shared, O_PATH);
        if (fd >= 0 && !fstat(fd, &status) && status.st_dev == proc.st_dev) {
            stood++;
            broke += !faccessat(fd, "comm", F_OK, 0) || !fstatat(fd, "../self/stat", &status, 0);
            int file = openat(fd, "comm", O_RDONLY);
            broke += file >= 0;
            close(file);
            file = openat(fd, ".", O_RDONLY | O_DIRECTORY);
            broke += file >= 0;
            close(file);
        }
        close(fd);
        if (!chdir(shared)) {
            stood++;
            broke += !access("comm", F_OK) || !stat("status", &status);
        }
        if (fchdir(back)) exit(2);
        char buffer[4096];
        if (i % 8 == 0) lseek(shared_fd, 0, SEEK_SET);
        for (long length; i % 8 == 0 && (length = syscall(SYS_getdents64, shared_fd, buffer, sizeof(buffer))) > 0;)
            for (long at = 0; at < length; at += ((struct entry *)(buffer + at))->length)
                broke += is_stranger(((struct entry *)(buffer + at))->name);
    }
    done = 1;
    pthread_join(first, 0);
    pthread_join(second, 0);
    printf("%ld %ld %ld %ld\n", allowed, none, broke, stood);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int racing = !strcmp(argv[1], "race");
    work = argv[racing ? 3 : 2];
    interfaces = argv[3];
    strangers = argv + 4;
    stranger_count = argc - 4;
    setvbuf(stdout, 0, _IOLBF, 0);
    char path[4096], to[64];
    sprintf(path, "%s/p", work);
    if (symlink("/proc", path) && errno != EEXIST) return 2;
    for (int i = 0; i < stranger_count; i++) {
        sprintf(path, "%s/s%s", work, strangers[i]);
        sprintf(to, "/proc/%s", strangers[i]);
        if (symlink(to, path) && errno != EEXIST) return 2;
    }
    if (chdir(work) || (place = open(work, O_PATH)) < 0) return 2;
    return racing ? race(atol(argv[2])) : spell();
}
