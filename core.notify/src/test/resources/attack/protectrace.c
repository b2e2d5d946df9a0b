/*
 * Opens a place again and again while somebody outside changes what is there, between a file that the broker serves and one
 * that it protects.
 *
 *   protectrace TRIES PLACE PUBLIC COUNTER     COUNTER is a file in which the other side counts its changes
 *   protectrace TRIES FIFO PUBLIC WORK fifo    a symbolic link in WORK flips between the two, and four threads wait at FIFO
 *
 * The protected file begins with s, the other with p. Prints: break-ins, allowed, denied, other answers, tries that really
 * raced, the last errno among the others. Every second try is at PUBLIC. With fifo what counts as denied is a pipe.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WAITING = 4 };

static const char *place, *public;
static char a[4096], b[4096];
static volatile long *counter;
static long flips;
static atomic_int stop, waited;

static void die(const char *what) {
    perror(what);
    exit(2);
}

static void *flip(void *unused) {
    while (!stop) {
        if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2)) die("renameat2");
        (*counter)++;
    }
    return 0;
}

static void *wait_there(void *unused) {
    int fd = open(place, O_RDONLY);
    if (fd < 0) die("waiting");
    waited++;
    close(fd);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    long tries = atol(argv[1]);
    place = argv[2];
    public = argv[3];
    int fifo = argc == 6;
    pthread_t thread, waiting[WAITING];
    if (fifo) {
        counter = &flips;
        sprintf(a, "%s/a", argv[4]);
        sprintf(b, "%s/b", argv[4]);
        if (symlink(place, a) || symlink(public, b)) die("symlink");
        for (int i = 0; i < WAITING; i++)
            if (pthread_create(&waiting[i], 0, wait_there, 0)) die("pthread_create");
        if (pthread_create(&thread, 0, flip, 0)) die("pthread_create");
    } else {
        int fd = open(argv[4], O_RDONLY);
        counter = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
        if (counter == MAP_FAILED) die("mmap");
    }
    long breaches = 0, allowed = 0, denied = 0, others = 0, raced = 0, last = 0;
    /* Where the second thread is seldom scheduled it takes more turns until both answers have come. */
    for (long i = 0; i < tries || ((!allowed || !denied || raced < tries / 1000) && i < 20 * tries); i++) {
        long before = *counter;
        int fd = fifo ? open(a, O_RDONLY | O_NONBLOCK) : open(i % 2 ? public : place, O_RDONLY);
        raced += *counter != before;
        char byte = 0;
        if (fd >= 0) {
            ssize_t got = read(fd, &byte, 1);
            if (byte == 's') breaches++;
            else if (byte == 'p') allowed++;
            else if (fifo && (got == 0 || errno == EAGAIN)) denied++;
            else others++;
            close(fd);
        } else if (errno == EACCES || (errno == ENOENT && !fifo)) denied++;
        else {
            others++;
            last = errno;
        }
    }
    stop = 1;
    if (fifo) {
        pthread_join(thread, 0);
        /* All of them still wait; the other end lets them go. */
        if (waited) others += waited;
        int end = open(place, O_WRONLY);
        if (end < 0) die("the other end");
        for (int i = 0; i < WAITING; i++) pthread_join(waiting[i], 0);
    }
    printf("%ld %ld %ld %ld %ld %ld\n", breaches, allowed, denied, others, raced, last);
    return 0;
}
