/*
 * Opens a file that the supervisor opens in its place, and looks whether its threads may still use the processors that they
 * might before (sched_setaffinity(2)).
 *
 *   affinity sole FILE TRIES     of a process with one thread, of its children, and where its table of descriptors is full
 *   affinity own FILE TRIES      of one that has chosen a processor for itself
 *   affinity chosen FILE TRIES   of a thread whose processors another one chooses, again and again while it opens
 *
 * Prints how often they were as expected, and how often not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *file;
static cpu_set_t all;
static atomic_long opened;
static atomic_int over;
static atomic_int opener;

static int same(pid_t tid, const cpu_set_t *expected)
{
    cpu_set_t now;
    return sched_getaffinity(tid, sizeof now, &now) == 0 && CPU_EQUAL(&now, expected);
}

static void open_once(void)
{
    int fd = open(file, O_RDONLY);
    if (fd < 0) {
        perror(file);
        exit(1);
    }
    close(fd);
}

static int count(long tries, const cpu_set_t *expected, int full)
{
    long right = 0, wrong = 0;
    for (long i = 0; i < tries; i++) {
        if (!full)
            open_once();
        else if (open(file, O_RDONLY) >= 0 || errno != EMFILE)
            exit(1);
        same(0, expected) ? right++ : wrong++;
    }
    printf("%ld %ld\n", right, wrong);
    fflush(stdout);
    return 0;
}

static void *keep_opening(void *unused)
{
    opener = syscall(SYS_gettid);
    while (!over) {
        open_once();
        opened++;
    }
    return unused;
}

static void choose(long tries)
{
    pthread_t thread;
    long right = 0, wrong = 0;
    pthread_create(&thread, 0, keep_opening, 0);
    while (!opener)
        sched_yield();
    for (long i = 0; i < tries; i++) {
        cpu_set_t wanted = all;
        if (i % 2)
            CPU_CLR(i / 2 % CPU_COUNT(&all), &wanted);
        if (sched_setaffinity(opener, sizeof wanted, &wanted)) {
            perror("sched_setaffinity");
            exit(1);
        }
        for (long before = opened; opened < before + 2;)
            sched_yield();
        same(opener, &wanted) ? right++ : wrong++;
    }
    over = 1;
    pthread_join(thread, 0);
    printf("%ld %ld\n", right, wrong);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    long tries = atol(argv[3]);
    file = argv[2];
    sched_getaffinity(0, sizeof all, &all);
    if (strcmp(argv[1], "chosen") == 0) {
        choose(tries);
        return 0;
    }
    if (strcmp(argv[1], "own") == 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        if (sched_setaffinity(0, sizeof one, &one))
            return 1;
        return count(tries, &one, 0);
    }
    count(tries, &all, 0);
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(count(tries / 10, &all, 0));
        int status;
        waitpid(child, &status, 0);
        if (status)
            return 1;
    }
    struct rlimit none = { 3, 3 };
    setrlimit(RLIMIT_NOFILE, &none);
    return count(tries, &all, 1);
}
