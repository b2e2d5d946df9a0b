/*
 * Opens a file again and again while a second thread changes where the path leads: between a folder that the file broker
 * serves and one that nobody grants.
 *
 *   openrace MODE TRIES WORK GRANTED FORBIDDEN
 *
 * WORK may be written by the target; GRANTED and FORBIDDEN hold a file named f. The two names have the same length. Prints:
 * break-ins, allowed, denied, other answers, tries that really raced, the last errno among the others. A name that is
 * recreated is missing for a moment, and a path that is read half written leads nowhere: both count as denied.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINK_FD = 9, DIRECTORY_FD = 10 };

static const char *mode, *work, *granted, *forbidden;
static char one[4096], other[4096], path[4096];
static int files[2], folders[2];
static atomic_int stop;
static atomic_long flips;

static void die(const char *what) {
    perror(what);
    exit(2);
}

static int is(const char *name) { return !strcmp(mode, name); }

static void *flip(void *unused) {
    char a[4096], b[4096];
    sprintf(a, "%s/a", work);
    sprintf(b, "%s/b", work);
    for (int i = 0; !stop; i ^= 1) {
        if (is("memory"))
            memcpy(path, i ? one : other, strlen(one));
        else if (is("link") || is("leaf") || is("parent") || is("create"))
            syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2);
        else if (is("descriptor"))
            dup2(files[i], LINK_FD);
        else if (is("directory"))
            dup2(folders[i], DIRECTORY_FD);
        else { /* recreate */
            unlink(a);
            if (symlink(i ? one : other, a)) die("symlink");
        }
        flips++;
    }
    return 0;
}

static void prepare(void) {
    char a[4096], b[4096], f[4096];
    sprintf(a, "%s/a", work);
    sprintf(b, "%s/b", work);
    sprintf(f, "%s/a/f", work);
    sprintf(one, "%s/f", granted);
    sprintf(other, "%s/f", forbidden);
    strcpy(path, one);
    if (is("link") || is("create")) {
        if (symlink(granted, a) || symlink(forbidden, b)) die("symlink");
        sprintf(path, "%s/a/%s", work, is("link") ? "f" : "made");
    } else if (is("leaf") || is("recreate")) {
        if (symlink(one, a) || symlink(other, b)) die("symlink");
        strcpy(path, a);
    } else if (is("parent")) {
        if (mkdir(a, 0700) || symlink(forbidden, b)) die("mkdir");
        close(open(f, O_CREAT | O_WRONLY, 0600));
        strcpy(path, f);
    } else if (is("descriptor") || is("directory")) {
        files[0] = open(one, O_PATH);
        files[1] = open(other, O_PATH);
        folders[0] = open(granted, O_PATH);
        folders[1] = open(forbidden, O_PATH);
        if (dup2(files[0], LINK_FD) < 0 || dup2(folders[0], DIRECTORY_FD) < 0) die("dup2");
        sprintf(path, "/proc/self/fd/%d", LINK_FD);
    }
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    mode = argv[1];
    long tries = atol(argv[2]);
    work = argv[3];
    granted = argv[4];
    forbidden = argv[5];
    prepare();
    pthread_t thread;
    if (pthread_create(&thread, 0, flip, 0)) die("pthread_create");
    long breaches = 0, allowed = 0, denied = 0, others = 0, raced = 0, last = 0;
    /* Where the second thread is seldom scheduled it takes more turns until both answers have come. */
    for (long i = 0; i < tries || ((!allowed || !denied || raced < tries / 1000) && i < 20 * tries); i++) {
        long before = flips;
        int fd = is("directory") ? openat(DIRECTORY_FD, "f", O_RDONLY)
                : is("create")   ? open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600)
                                 : open(path, O_RDONLY);
        raced += flips != before;
        if (fd >= 0) {
            char name[64], where[4096] = "";
            sprintf(name, "/proc/self/fd/%d", fd);
            if (readlink(name, where, sizeof(where) - 1) < 0) die("readlink");
            char byte = 0;
            if (!is("create") && read(fd, &byte, 1) < 0) die("read");
            if (!strncmp(where, forbidden, strlen(forbidden)) || byte == 's')
                breaches++;
            else
                allowed++;
            close(fd);
        } else if (errno == EACCES || (errno == ENOENT && (is("recreate") || is("memory"))))
            denied++;
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
