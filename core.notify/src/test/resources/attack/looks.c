/*
 * Looks at names and lists directories in every way and says what came of it. Run natively and in a sandbox whose supervisor
 * makes these calls, the output must be the same.
 *
 *   looks FOLDER
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static const char *const names[] = {
    "f", "d", "l", "ld", "dangling", "loop", "fifo", "missing", "d/../f", "f/", "d/", ".", "", "l/", "ld/", "missing/", "nodir/x", "f/x",
    "readonly", "forbidden", "closed", "closed/x", "closed/.", "d/missing", "..", "dangling/", "\xff\xfe", "/proc/self/cwd/f", "chain",
    "d/.", "/proc/self", "/proc/self/", "/proc/thread-self/exe", "/proc/self/cwd", "/proc/self/fd/0", "/proc/self/nothing", "/proc/mounts",
    "/proc/meminfo", "/proc/meminfo/x", "/sys/kernel", "/sys/kernel/nothing", "/", "//", "/etc", "/dev/null", "/dev/fd/0",
};
static const int flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_STATX_DONT_SYNC, AT_EACCESS, 0x40000};
static const int modes[] = {F_OK, R_OK, W_OK, X_OK, R_OK | W_OK | X_OK, 8, -1};
#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))

static void *unreadable;

static void die(const char *what) {
    perror(what);
    exit(2);
}

static void said(const char *call, const char *name, int detail, long result) {
    if (*name & 0x80) name = "bytes";
    if (result < 0)
        printf("%s %s %x: errno %d\n", call, name, detail, errno);
    else
        printf("%s %s %x: %ld", call, name, detail, result);
}

/* What may change between two runs is left out: times, and what procfs and /dev make up. */
static int lasts(const char *name) {
    return (*name != '/' && strcmp(name, "..")) || !strcmp(name, "/etc") || !strcmp(name, "/") || !strcmp(name, "//");
}

static void told(long result, const char *name, unsigned mode, unsigned long links, unsigned long size, unsigned long inode) {
    if (result < 0) return;
    printf(" %o", mode);
    if (lasts(name)) printf(" %lu %lu %lu", links, size, inode);
    puts("");
}

static void status(int directory, const char *name) {
    struct stat s;
    struct statx x;
    for (int i = 0; i < COUNT(flags); i++) {
        long result = syscall(SYS_newfstatat, directory, name, &s, flags[i]);
        said("newfstatat", name, flags[i], result);
        told(result, name, s.st_mode, s.st_nlink, s.st_size, s.st_ino);
        memset(&x, 0, sizeof(x));
        result = syscall(SYS_statx, directory, name, flags[i], STATX_BASIC_STATS | STATX_BTIME, &x);
        said("statx", name, flags[i], result);
        told(result, name, x.stx_mode, x.stx_nlink, x.stx_size, x.stx_ino);
        result = syscall(SYS_faccessat2, directory, name, R_OK, flags[i]);
        said("faccessat2", name, flags[i], result);
        if (result >= 0) puts("");
    }
    said("statx reserved", name, 0, syscall(SYS_statx, directory, name, 0, 0x80000000, &x));
    said("statx nowhere", name, 0, syscall(SYS_statx, directory, name, 0, STATX_BASIC_STATS, unreadable));
    said("newfstatat nowhere", name, 0, syscall(SYS_newfstatat, directory, name, unreadable, 0));
#ifdef SYS_stat
    long result = syscall(SYS_stat, name, &s);
    said("stat", name, 0, result);
    told(result, name, s.st_mode, s.st_nlink, s.st_size, s.st_ino);
    result = syscall(SYS_lstat, name, &s);
    said("lstat", name, 0, result);
    told(result, name, s.st_mode, s.st_nlink, s.st_size, s.st_ino);
#endif
}

static void rights(int directory, const char *name) {
    for (int i = 0; i < COUNT(modes); i++) {
        long result = syscall(SYS_faccessat, directory, name, modes[i]);
        said("faccessat", name, modes[i], result);
        if (result >= 0) puts("");
        result = syscall(SYS_faccessat2, directory, name, modes[i], AT_EACCESS);
        said("faccessat2", name, modes[i], result);
        if (result >= 0) puts("");
#ifdef SYS_access
        result = syscall(SYS_access, name, modes[i]);
        said("access", name, modes[i], result);
        if (result >= 0) puts("");
#endif
    }
}

static void link_text(int directory, const char *name) {
    static const int sizes[] = {4096, 3, 0, -1, 1 << 20};
    static char text[1 << 20];
    for (int i = 0; i < COUNT(sizes); i++) {
        memset(text, '#', 4096);
        long result = syscall(SYS_readlinkat, directory, name, text, sizes[i]);
        said("readlinkat", name, sizes[i], result);
        /* A number of a process differs from run to run. */
        if (result >= 0) printf(" %.*s\n", strncmp(name, "/proc/", 6) ? (int)result + 1 : 0, text);
    }
    said("readlinkat nowhere", name, 0, syscall(SYS_readlinkat, directory, name, unreadable, 10));
#ifdef SYS_readlink
    long result = syscall(SYS_readlink, name, text, 4096);
    said("readlink", name, 0, result);
    if (result >= 0) puts("");
#endif
}

static void enter(const char *name) {
    int back = open(".", O_PATH);
    char here[4096];
    long result = chdir(name);
    said("chdir", name, 0, result);
    if (result >= 0) printf(" %d\n", getcwd(here, sizeof(here)) != 0);
    if (fchdir(back)) die("fchdir");
    close(back);
}

static void list(long call, int fd, size_t size, void *buffer) {
    long length, total = 0, count = 0;
    unsigned sum = 0;
    while ((length = syscall(call, fd, buffer, size)) > 0) {
        total += length;
        for (long at = 0; at < length; count++) {
            unsigned char *entry = (unsigned char *)buffer + at;
            unsigned short step = *(unsigned short *)(entry + 16);
            const char *name = (char *)entry + (call == SYS_getdents64 ? 19 : 18);
            int type = call == SYS_getdents64 ? entry[18] : entry[step - 1];
            for (const char *c = name; *c; c++) sum = sum * 31 + (unsigned char)*c;
            sum = sum * 31 + type + *(uint64_t *)entry + step + *(uint64_t *)(entry + 8);
            at += step;
        }
    }
    printf("list %ld of %zu: %ld bytes, %ld entries, %u, end %ld errno %d\n", call, size, total, count, sum, length, length < 0 ? errno : 0);
}

static void lists(void) {
    static char buffer[1 << 17];
    static const size_t sizes[] = {1 << 17, 1 << 15, 4096, 100, 32, 24, 10, 0};
    static const char *const folders[] = {".", "many", "d", "empty"};
    for (int i = 0; i < COUNT(folders); i++)
        for (int j = 0; j < COUNT(sizes); j++) {
            int fd = open(folders[i], O_RDONLY | O_DIRECTORY);
            list(SYS_getdents64, fd, sizes[j], buffer);
            list(SYS_getdents64, fd, sizes[j], buffer);
#ifdef SYS_getdents
            if (lseek(fd, 0, SEEK_SET)) die("lseek");
            list(SYS_getdents, fd, sizes[j], buffer);
#endif
            close(fd);
        }
    int fd = open("many", O_RDONLY | O_DIRECTORY), copy = dup(fd);
    syscall(SYS_getdents64, fd, buffer, 4096);
    printf("position moves: %d\n", lseek(copy, 0, SEEK_CUR) != 0);
    said("list nowhere", "many", 0, syscall(SYS_getdents64, fd, unreadable, 4096));
    int path = open("many", O_PATH), file = open("f", O_RDONLY);
    said("list of a path", "many", 0, syscall(SYS_getdents64, path, buffer, 4096));
    said("list of a file", "f", 0, syscall(SYS_getdents64, file, buffer, 4096));
    said("list of nothing", "", 0, syscall(SYS_getdents64, -1, buffer, 4096));
}

static void descriptors(void) {
    struct stat s;
    struct statx x;
    char text[64];
    int objects[] = {open("f", O_RDONLY), open("f", O_PATH), open("l", O_PATH | O_NOFOLLOW), open("d", O_PATH), -1, AT_FDCWD, 99};
    for (int i = 0; i < COUNT(objects); i++) {
        for (int j = 0; j < COUNT(flags); j++) {
            long result = syscall(SYS_newfstatat, objects[i], "", &s, flags[j]);
            said("newfstatat of", "", i << 8 | j, result);
            told(result, "", s.st_mode, s.st_nlink, s.st_size, s.st_ino);
            result = syscall(SYS_newfstatat, objects[i], 0, &s, flags[j]);
            said("newfstatat of none", "", i << 8 | j, result);
            told(result, "", s.st_mode, s.st_nlink, s.st_size, s.st_ino);
            result = syscall(SYS_statx, objects[i], 0, flags[j], STATX_BASIC_STATS, &x);
            said("statx of none", "", i << 8 | j, result);
            told(result, "", x.stx_mode, x.stx_nlink, x.stx_size, x.stx_ino);
            result = syscall(SYS_faccessat2, objects[i], "", W_OK, flags[j]);
            said("faccessat2 of", "", i << 8 | j, result);
            if (result >= 0) puts("");
            result = syscall(SYS_faccessat2, objects[i], 0, W_OK, flags[j]);
            said("faccessat2 of none", "", i << 8 | j, result);
            if (result >= 0) puts("");
        }
        long result = syscall(SYS_readlinkat, objects[i], "", text, sizeof(text));
        said("readlinkat of", "", i, result);
        if (result >= 0) printf(" %.*s\n", (int)result, text);
        said("readlinkat of none", "", i, syscall(SYS_readlinkat, objects[i], 0, text, sizeof(text)));
        said("relative", "f", i, syscall(SYS_faccessat, objects[i], "f", F_OK));
    }
    puts("");
    said("unreadable", "", 0, syscall(SYS_faccessat, AT_FDCWD, unreadable, F_OK));
    static char huge[5000];
    memset(huge, 'x', sizeof(huge) - 1);
    said("too long", "", 0, syscall(SYS_faccessat, AT_FDCWD, huge, F_OK));
    huge[300] = 0;
    said("too long a name", "", 0, syscall(SYS_newfstatat, AT_FDCWD, huge, &s, 0));
}

static void text(const char *name, mode_t mode) {
    int fd = open(name, O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || write(fd, "content", 7) != 7 || fchmod(fd, mode)) die(name);
    close(fd);
}

static void prepare(void) {
    text("f", 0644);
    text("readonly", 0444);
    text("forbidden", 0);
    text("\xff\xfe", 0600);
    if (mkdir("d", 0755) || mkdir("empty", 0755) || mkdir("many", 0755) || mkdir("closed", 0) || mkfifo("fifo", 0600)) die("mkdir");
    if (symlink("f", "l") || symlink("d", "ld") || symlink("missing", "dangling") || symlink("loop", "loop") || symlink("ld/../l", "chain"))
        die("symlink");
    text("d/inside", 0600);
    for (int i = 0; i < 300; i++) {
        char name[64];
        sprintf(name, "many/%0*d", i % 40 + 1, i);
        text(name, 0600);
    }
}

int main(int argc, char **argv) {
    if (argc != 2 || chdir(argv[1])) return 2;
    /* The first run makes the files, so that all see the same; others put theirs beside. */
    int first = !mkdir("looks", 0777);
    if (chdir("looks")) die("looks");
    if (first) prepare();
    unreadable = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (munmap(unreadable, 4096)) die("munmap");
    int directory = open(".", O_PATH);
    for (int i = 0; i < COUNT(names); i++) {
        int directories[] = {AT_FDCWD, directory};
        for (int j = 0; j < COUNT(directories); j++) {
            status(directories[j], names[i]);
            rights(directories[j], names[i]);
            link_text(directories[j], names[i]);
        }
        enter(names[i]);
    }
    descriptors();
    lists();
    puts("all looked at");
    return 0;
}
