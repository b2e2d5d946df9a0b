/*
 * Reads an instruction file again and again while a second thread exchanges it and its bundle for others.
 *
 *   bundlerace MODE TRIES WORK
 *
 * WORK/good and WORK/evil each have AGENTS.md and AGENTS.md.sigstore.json; what is in WORK/good is trusted and begins with
 * g. Prints: break-ins, allowed, denied, other answers, tries that really raced, the last errno among the others.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LENGTH = 64, EXCHANGE = 2 };

static const char *mode;
static char good[4096], evil[4096], good_bundle[4096], evil_bundle[4096];
static char good_folder[4096], evil_folder[4096];
static atomic_int stop;
static atomic_long flips;

static int is(const char *name) { return !strcmp(mode, name); }

static void exchange(const char *a, const char *b) {
    if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, EXCHANGE)) {
        perror("renameat2");
        exit(2);
    }
}

static void *flip(void *unused) {
    char texts[2][LENGTH];
    memset(texts[0], 'b', LENGTH);
    memset(texts[1], 'g', LENGTH);
    int in_place = is("rewrite") ? open(good, O_WRONLY) : -1;
    for (int i = 0; !stop; i ^= 1) {
        if (is("file")) exchange(good, evil);
        else if (is("both")) {
            exchange(i ? good_bundle : good, i ? evil_bundle : evil);
            exchange(i ? good : good_bundle, i ? evil : evil_bundle);
        } else if (is("folder")) exchange(good_folder, evil_folder);
        else pwrite(in_place, texts[i], LENGTH, 0);
        flips++;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    mode = argv[1];
    long tries = atol(argv[2]);
    sprintf(good_folder, "%s/good", argv[3]);
    sprintf(evil_folder, "%s/evil", argv[3]);
    sprintf(good, "%s/AGENTS.md", good_folder);
    sprintf(evil, "%s/AGENTS.md", evil_folder);
    sprintf(good_bundle, "%s.sigstore.json", good);
    sprintf(evil_bundle, "%s.sigstore.json", evil);
    pthread_t thread;
    if (pthread_create(&thread, 0, flip, 0)) return 2;
    long breaches = 0, allowed = 0, denied = 0, others = 0, raced = 0, last = 0;
    /* Where the second thread is seldom scheduled it takes more turns until both answers have come. */
    for (long i = 0; i < tries || ((!allowed || !denied || raced < tries / 1000) && i < 20 * tries); i++) {
        long before = flips;
        int fd = open(good, O_RDONLY);
        raced += flips != before;
        if (fd >= 0) {
            char text[LENGTH] = "", expected[LENGTH];
            memset(expected, 'g', LENGTH);
            ssize_t got = read(fd, text, LENGTH);
            if (got != LENGTH || memcmp(text, expected, LENGTH)) breaches++;
            else allowed++;
            close(fd);
        } else if (errno == EACCES || errno == ENOENT) denied++;
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
