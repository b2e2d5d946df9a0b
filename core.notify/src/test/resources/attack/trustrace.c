/*
 * Reads instruction files again and again while a second thread changes what is there, or where the path leads.
 *
 *   trustrace MODE TRIES WORK
 *
 * WORK/good/AGENTS.md and WORK/bad/AGENTS.md begin with g and b; only the first is trusted. What is in WORK/pair is
 * changed here. Prints:
 * break-ins, allowed, denied, other answers, tries that really raced, the last errno among the others.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FD = 9, LENGTH = 64 };

static const char *mode, *work;
static char good[4096], bad[4096], a[4096], b[4096], path[4096];
static char linked[4096], unlinked[4096];
static char texts[2][LENGTH];
static int files[2];
static struct open_how how;
static atomic_int stop;
static atomic_long flips;

static void die(const char *what) {
    perror(what);
    exit(2);
}

static int is(const char *name) { return !strcmp(mode, name); }

static void read_text(const char *name, char *text) {
    int fd = open(name, O_RDONLY);
    memset(text, 0, LENGTH);
    if (fd >= 0 && read(fd, text, LENGTH) < 0) die("read");
    if (fd >= 0) close(fd);
}

/* The files themselves are left alone: what the second thread writes is known to both sides. */
static void *flip(void *unused) {
    int in_place = open(a, O_WRONLY | O_CREAT, 0600);
    for (int i = 0; !stop; i ^= 1) {
        if (is("memory")) memcpy(path, i ? good : bad, strlen(good) + 1);
        else if (is("how")) {
            memcpy(path, i ? good : bad, strlen(good) + 1);
            how.flags = i ? O_PATH : O_RDONLY;
        } else if (is("plain")) /* a name of the same length that nobody has to trust */
            memcpy(path + strlen(work) + 5, i ? "/AGENTS.md" : "/PLAINS.md", 10);
        else if (is("link")) {
            unlink(a);
            if (symlink(i ? good : bad, a)) die("symlink");
        } else if (is("exchange")) syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
        else if (is("rewrite")) pwrite(in_place, texts[i], LENGTH, 0);
        else if (is("descriptor")) dup2(files[i], FD);
        else if (is("hardlink")) {
            unlink(a);
            if (link(i ? linked : unlinked, a)) die("link");
        } else if (is("delete")) {
            if (i) unlink(a);
            else {
                int fd = open(a, O_CREAT | O_WRONLY, 0600);
                if (fd < 0 || write(fd, texts[flips >> 1 & 1], LENGTH) != LENGTH) die("write");
                close(fd);
            }
        }
        flips++;
    }
    return 0;
}

static void prepare(void) {
    sprintf(good, "%s/good/AGENTS.md", work);
    sprintf(bad, "%s/xbad/AGENTS.md", work);
    sprintf(a, "%s/pair/AGENTS.md", work);
    sprintf(b, "%s/pair/other", work);
    sprintf(linked, "%s/pair/good", work);
    sprintf(unlinked, "%s/pair/bad", work);
    memset(texts[0], 'b', LENGTH);
    read_text(good, texts[1]);
    strcpy(path, good);
    if (is("link")) {
        if (symlink(good, a)) die("symlink");
        strcpy(path, a);
    } else if (is("hardlink")) {
        if (link(linked, a)) die("link");
        strcpy(path, a);
    } else if (is("exchange") || is("rewrite") || is("delete")) strcpy(path, a);
    else if (is("plain")) sprintf(path, "%s/xbad/AGENTS.md", work);
    else if (is("descriptor")) {
        files[0] = open(bad, O_PATH);
        files[1] = open(good, O_PATH);
        if (dup2(files[1], FD) < 0) die("dup2");
        sprintf(path, "/proc/self/fd/%d", FD);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    mode = argv[1];
    long tries = atol(argv[2]);
    work = argv[3];
    prepare();
    pthread_t thread;
    if (pthread_create(&thread, 0, flip, 0)) die("pthread_create");
    long breaches = 0, allowed = 0, denied = 0, others = 0, raced = 0, last = 0;
    /* Where the second thread is seldom scheduled it takes more turns until both answers have come. */
    for (long i = 0; i < tries || ((!allowed || !denied || raced < tries / 1000) && i < 20 * tries); i++) {
        long before = flips;
        how.flags = O_RDONLY;
        int fd = is("how") ? syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)) : open(path, O_RDONLY);
        raced += flips != before;
        if (fd >= 0) {
            char text[LENGTH + 1] = "";
            ssize_t got = read(fd, text, LENGTH);
            /* What is trusted is read as a whole or not at all; "plain" may read the file that nobody has to trust. */
            if (got > 0 && memcmp(text, texts[1], LENGTH) && !(is("plain") && text[0] == 'p')) breaches++;
            else allowed++;
            close(fd);
        } else if (errno == EACCES || errno == ENOENT || (is("how") && errno == EPERM)) denied++;
        else {
            others++;
            last = errno;
        }
    }
    stop = 1;
    pthread_join(thread, 0);
    printf("%ld %ld %ld %ld %ld %ld\n", breaches, allowed, denied, others, raced, last);
    return 0;
}
