/*
 * Tries to open what belongs to the supervisor, by every spelling, in a sandbox whose file broker serves everything.
 *
 *   procspell SUPERVISOR THREAD WORK
 *
 * One line for each try: "held" or "BROKE", and at the end the counts of both and of what must be served and was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const guarded[] = {
    "environ", "maps", "smaps", "mem", "auxv", "io", "fd", "fd/0", "fd/1", "fd/3", "fdinfo", "fdinfo/0", "cwd", "cwd/.", "root",
    "root/etc/passwd", "exe", "map_files", "stack", "syscall", "pagemap", "ns/net", "cwd/../etc/passwd", "attr/current",
};
#define COUNT(array) (int)(sizeof(array) / sizeof(array[0]))

static const char *supervisor, *thread_id, *work;
static long held, broke, served, missed;

static void attempt(int directory, const char *path, int flags) {
    int fd = openat(directory, path, flags);
    if (fd < 0) {
        held++;
        return;
    }
    broke++;
    printf("BROKE %s from %d with %o\n", path, directory, flags);
    close(fd);
}

/* What the target must see of itself. */
static void own(int directory, const char *path) {
    char text[65536];
    int fd = openat(directory, path, O_RDONLY);
    ssize_t length = fd < 0 ? -1 : 0, more;
    while (fd >= 0 && length < (ssize_t)sizeof(text) && (more = read(fd, text + length, sizeof(text) - length)) > 0) length += more;
    if (length > 0 && memmem(text, length, "MARK=target", 11))
        served++;
    else {
        missed++;
        printf("MISSED %s: %s\n", path, fd < 0 ? strerror(errno) : "another's");
    }
    if (fd >= 0) close(fd);
}

static void spell(const char *process) {
    static const char *const forms[] = {
        "/proc/%s/%s", "//proc/%s/%s", "/./proc/%s/%s", "/proc/../proc/%s/%s", "/proc//%s//%s", "/tmp/../proc/%s/%s",
        "/proc/self/../%s/%s", "/proc/thread-self/../../../%s/%s", "/proc/self/root/proc/%s/%s", "/proc/1/../%s/%s",
        "/dev/fd/../../%s/%s", "/proc/self/task/../../%s/%s", "/proc/%s/./%s", "/proc/%s/task/../%s", "/usr/../proc/%s/%s",
    };
    char path[4096];
    for (int i = 0; i < COUNT(forms); i++)
        for (int j = 0; j < COUNT(guarded); j++) {
            sprintf(path, forms[i], process, guarded[j]);
            attempt(AT_FDCWD, path, O_RDONLY);
            if (j < 4) attempt(AT_FDCWD, path, O_RDWR);
        }
    for (int j = 0; j < COUNT(guarded); j++) {
        sprintf(path, "/proc/%s/task/%s/%s", process, process, guarded[j]);
        attempt(AT_FDCWD, path, O_RDONLY);
        sprintf(path, "%s/p/%s/%s", work, process, guarded[j]);
        attempt(AT_FDCWD, path, O_RDONLY);
        sprintf(path, "%s/s/%s", work, guarded[j]);
        attempt(AT_FDCWD, path, O_RDONLY);
    }
    /* Through descriptors and the working directory. */
    sprintf(path, "/proc/%s", process);
    int directory = open(path, O_PATH);
    int files, back = open(".", O_PATH);
    sprintf(path, "/proc/%s/fd", process);
    files = open(path, O_PATH);
    for (int j = 0; j < COUNT(guarded); j++) {
        attempt(directory, guarded[j], O_RDONLY);
        sprintf(path, "/proc/%s/%s", process, guarded[j]);
        int pin = open(path, O_PATH);
        if (pin >= 0) {
            sprintf(path, "/proc/self/fd/%d", pin);
            attempt(AT_FDCWD, path, O_RDONLY);
            sprintf(path, "/dev/fd/%d", pin);
            attempt(AT_FDCWD, path, O_RDONLY);
            sprintf(path, "/proc/thread-self/fd/%d", pin);
            attempt(AT_FDCWD, path, O_RDONLY);
            attempt(pin, ".", O_RDONLY);
            attempt(pin, "0", O_RDONLY);
            close(pin);
        }
    }
    attempt(files, ".", O_RDONLY);
    attempt(files, "0", O_RDONLY);
    attempt(files, "../environ", O_RDONLY);
    if (!fchdir(directory)) {
        for (int j = 0; j < COUNT(guarded); j++) attempt(AT_FDCWD, guarded[j], O_RDONLY);
        if (fchdir(back)) exit(2);
    }
    if (!chdir("/proc")) {
        for (int j = 0; j < COUNT(guarded); j++) {
            sprintf(path, "%s/%s", process, guarded[j]);
            attempt(AT_FDCWD, path, O_RDONLY);
        }
        if (fchdir(back)) exit(2);
    }
    close(directory);
    close(files);
    close(back);
}

static void *all(void *unused) {
    char path[4096];
    spell(supervisor);
    spell(thread_id);
    static const char *const mine[] = {
        "/proc/self/environ", "/proc/thread-self/environ", "//proc//self//environ", "/proc/../proc/self/environ",
        "/proc/self/task/../environ", "/proc/self/root/proc/self/environ", "/dev/fd/../environ", "/tmp/../proc/self/environ",
    };
    for (int i = 0; i < COUNT(mine); i++) own(AT_FDCWD, mine[i]);
    sprintf(path, "%s/me/environ", work);
    own(AT_FDCWD, path);
    sprintf(path, "%s/p/self/environ", work);
    own(AT_FDCWD, path);
    int proc = open("/proc", O_PATH);
    own(proc, "self/environ");
    own(proc, "thread-self/environ");
    close(proc);
    int environ_fd = open("/proc/self/environ", O_PATH);
    sprintf(path, "/proc/self/fd/%d", environ_fd);
    own(AT_FDCWD, path);
    close(environ_fd);
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    supervisor = argv[1];
    thread_id = argv[2];
    work = argv[3];
    setvbuf(stdout, 0, _IONBF, 0);
    char path[4096], to[64];
    sprintf(path, "%s/p", work);
    sprintf(to, "/proc/%s", supervisor);
    if (symlink("/proc", path)) return 2;
    sprintf(path, "%s/s", work);
    if (symlink(to, path)) return 2;
    sprintf(path, "%s/me", work);
    if (symlink("/proc/self", path)) return 2;
    all(0);
    pthread_t thread;
    if (pthread_create(&thread, 0, all, 0)) return 2;
    pthread_join(thread, 0);
    printf("%ld %ld %ld %ld\n", held, broke, served, missed);
    pid_t child = fork();
    if (!child) {
        held = broke = served = missed = 0;
        all(0);
        printf("%ld %ld %ld %ld\n", held, broke, served, missed);
        exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
