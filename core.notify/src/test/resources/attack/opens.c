/*
 * Opens files in every way and says what came of it. Run natively and in a sandbox whose file broker serves the folder, the
 * output must be the same.
 *
 *   opens prepare FOLDER   makes the files, one set for each case
 *   opens run FOLDER       opens them
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
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
    "f", "d", "l", "ld", "dangling", "loop", "fifo", "missing", "d/../f", "f/", "d/", ".", "", "l/", "ld/", "missing/",
    "nodir/x", "f/x", "readonly", "forbidden", "socket", "d/missing", "ld/missing", "..", "dangling/", "\xff\xfe", "exec",
    "/proc/self/cwd/f", "/proc/thread-self/cwd/missing", "chain", "up/../f", "d/.", "d/..",
};
static const int flags[] = {
    O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE,
    O_RDONLY | O_CLOEXEC, O_RDONLY | O_NONBLOCK, O_WRONLY | O_NONBLOCK, O_RDWR | O_APPEND, O_WRONLY | O_APPEND,
    O_RDONLY | O_TRUNC, O_WRONLY | O_TRUNC, O_RDWR | O_TRUNC | O_APPEND,
    O_RDONLY | O_DIRECTORY, O_WRONLY | O_DIRECTORY, O_RDONLY | O_NOFOLLOW, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
    O_RDWR | O_CREAT, O_WRONLY | O_CREAT | O_TRUNC, O_RDONLY | O_CREAT, O_RDWR | O_CREAT | O_EXCL,
    O_RDWR | O_CREAT | O_NOFOLLOW, O_WRONLY | O_CREAT | O_APPEND, O_RDWR | O_CREAT | O_DIRECTORY,
    O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC, O_RDWR | O_EXCL,
    O_PATH, O_PATH | O_NOFOLLOW, O_PATH | O_DIRECTORY, O_PATH | O_CREAT | O_RDWR, O_PATH | O_NOFOLLOW | O_DIRECTORY,
    O_RDWR | O_TMPFILE, O_RDONLY | O_TMPFILE, O_WRONLY | O_TMPFILE | O_EXCL, O_RDWR | O_SYNC, O_WRONLY | O_DSYNC,
    O_RDONLY | O_NOATIME, O_RDWR | O_NOCTTY, O_RDONLY | 0x40000000, O_RDWR | O_CREAT | 0x10000000,
};
#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))

static void die(const char *what) {
    perror(what);
    exit(2);
}

static void text(const char *name, mode_t mode) {
    int fd = open(name, O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || write(fd, "content", 7) != 7 || fchmod(fd, mode)) die(name);
    close(fd);
}

static void prepare(int n) {
    char folder[32];
    sprintf(folder, "%d", n);
    if (mkdir(folder, 0700) || chdir(folder)) die(folder);
    text("f", 0644);
    text("readonly", 0444);
    text("forbidden", 0);
    text("\xff\xfe", 0600);
    text("exec", 0755);
    if (mkdir("d", 0755) || symlink("f", "l") || symlink("d", "ld") || symlink("new", "dangling") || symlink("loop", "loop")
            || symlink("./ld/../l", "chain") || symlink("d", "up") || mkfifo("fifo", 0600))
        die(folder);
    struct sockaddr_un address = {AF_UNIX, "socket"};
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(s, (void *)&address, sizeof(address))) die("bind");
    close(s);
    if (chdir("..")) die("..");
}

static void tell(int fd) {
    if (fd < 0) {
        printf("errno %d\n", errno);
        return;
    }
    struct stat st;
    if (fstat(fd, &st)) die("fstat");
    /* O_NOFOLLOW stays to be seen natively and is of no use any more. */
    int status = fcntl(fd, F_GETFL) & ~O_NOFOLLOW;
    char link[64], where[4096];
    sprintf(link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, where, sizeof(where) - 1);
    where[length < 0 ? 0 : length] = 0;
    char *slash = strrchr(where, '/');
    printf("number %d, mode %o, size %ld, flags %o, close-on-exec %d, links %d", fd, st.st_mode,
           S_ISREG(st.st_mode) ? (long)st.st_size : 0L, status, fcntl(fd, F_GETFD), (int)(S_ISREG(st.st_mode) ? st.st_nlink : 0));
    if (!S_ISSOCK(st.st_mode) && st.st_nlink) printf(", name %s", slash ? slash : "-");
    if ((status & O_PATH) == 0 && S_ISREG(st.st_mode)) {
        int access = status & O_ACCMODE;
        char byte;
        printf(", read %zd", read(fd, &byte, 1));
        printf(", write %zd", access == O_ACCMODE ? -2 : write(fd, "x", 1));
        printf(", at %ld", (long)lseek(fd, 0, SEEK_CUR));
    }
    printf("\n");
    close(fd);
}

/* These wait for a partner, as they must. */
static int waits(const char *name, int how) {
    return !strcmp(name, "fifo") && (how & (O_NONBLOCK | O_PATH | O_DIRECTORY | O_TMPFILE)) == 0
            && (how & O_ACCMODE) != O_RDWR && !((how & O_CREAT) && (how & O_EXCL)) && (how & O_ACCMODE) != O_ACCMODE;
}

static void run(void) {
    static const mode_t masks[] = {022, 077, 0, 027};
    int n = 0;
    for (int i = 0; i < COUNT(names); i++)
        for (int j = 0; j < COUNT(flags); j++, n++) {
            char folder[32], whole[4096];
            sprintf(folder, "%d", n);
            if (waits(names[i], flags[j])) continue;
            umask(masks[n % 4]);
            int kind = n % 5;
            int fd, at = -1;
            printf("%s %o kind %d: ", names[i], flags[j], kind);
            /* Trapped too: the sandbox may go where the broker lets it. */
            at = open(folder, O_PATH | O_DIRECTORY);
            if (at < 0 || fchdir(at)) die(folder);
            errno = 0;
            switch (kind) {
                case 0: fd = syscall(SYS_openat, AT_FDCWD, names[i], flags[j], 0666); break;
                case 1: fd = syscall(SYS_open, names[i], flags[j], 04755); break;
                case 2: fd = syscall(SYS_openat, at, names[i], flags[j], 0640); break;
                case 3: {
                    struct open_how how = {.flags = flags[j], .mode = (flags[j] & (O_CREAT | 020000000)) ? 0666 : 0};
                    fd = syscall(SYS_openat2, at, names[i], &how, sizeof(how));
                    break;
                }
                default: {
                    if (names[i][0] == '/' || !names[i][0])
                        strcpy(whole, names[i]);
                    else {
                        if (!getcwd(whole, 3000)) die("getcwd");
                        strcat(strcat(whole, "/"), names[i]);
                    }
                    fd = syscall(SYS_openat, 12345, whole, flags[j], 0600);
                }
            }
            tell(fd);
            if (n % 7 == 0) {
                printf("creat: ");
                tell(syscall(SYS_creat, names[i][0] == '/' ? "f" : strcmp(names[i], "fifo") ? names[i] : "made", 0666));
            }
            close(at);
            if (chdir("..")) die("..");
        }
}

/* The structure of openat2(2): sizes, what lies behind it, unknown bits. */
static void sizes(void) {
    static const size_t all[] = {0, 8, 23, 24, 25, 32, 4095, 4096, 4097, 1UL << 32, -1UL};
    char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page + 4096, 4096, PROT_NONE);
    for (int i = 0; i < COUNT(all); i++)
        for (int dirty = 0; dirty < 2; dirty++) {
            memset(page, 0, 4096);
            if (dirty) page[all[i] > 4096 || all[i] == 0 ? 4095 : all[i] - 1] = 1;
            printf("size %zu dirty %d: ", all[i], dirty);
            tell(syscall(SYS_openat2, AT_FDCWD, "0/f", page, all[i]));
        }
    printf("unreadable: ");
    tell(syscall(SYS_openat2, AT_FDCWD, "0/f", page + 4096 - 16, 24));
    printf("unreadable path: ");
    tell(syscall(SYS_openat, AT_FDCWD, page + 4096, O_RDONLY));
    printf("path that runs into nothing: ");
    memset(page, '/', 4096);
    tell(syscall(SYS_openat, AT_FDCWD, page + 4000, O_RDONLY));
    printf("null: ");
    tell(syscall(SYS_openat, AT_FDCWD, 0, O_RDONLY));
    static const struct open_how hows[] = {
        {.flags = 1ULL << 40}, {.flags = 0x80000000}, {.resolve = 0x40}, {.resolve = 1ULL << 50}, {.mode = 0644},
        {.flags = O_CREAT, .mode = 0200000}, {.flags = O_CREAT | O_RDWR, .mode = 07777}, {.flags = O_PATH | O_RDWR},
        {.resolve = RESOLVE_BENEATH | RESOLVE_IN_ROOT}, {.resolve = RESOLVE_CACHED, .flags = O_CREAT | O_RDWR, .mode = 0600},
        {.resolve = RESOLVE_NO_SYMLINKS}, {.resolve = RESOLVE_BENEATH}, {.resolve = RESOLVE_IN_ROOT},
        {.resolve = RESOLVE_NO_MAGICLINKS}, {.flags = O_TMPFILE | O_RDWR, .mode = 0600}, {.flags = O_DIRECTORY | O_CREAT},
    };
    static const char *const paths[] = {"0/f", "0/l", "0/ld/../f", "/proc/self/cwd/0/f", "../tree/x", "0", "made2"};
    for (int i = 0; i < COUNT(hows); i++)
        for (int j = 0; j < COUNT(paths); j++) {
            printf("how %d %s: ", i, paths[j]);
            tell(syscall(SYS_openat2, AT_FDCWD, paths[j], &hows[i], sizeof(hows[i])));
        }
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, 0, _IONBF, 0);
    if (argc != 3 || chdir(argv[2])) die("opens prepare|run FOLDER");
    if (!strcmp(argv[1], "prepare")) {
        umask(0);
        for (int n = 0; n < COUNT(names) * COUNT(flags); n++) prepare(n);
    } else {
        run();
        sizes();
    }
    return 0;
}
