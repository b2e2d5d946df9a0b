/*
 * Calls the kernel by its other two doors on x86-64, each in a child of its own, and prints what became of it: the name of
 * the door, then "result N" or "signal N".
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* getpid(2) of i386. */
static long by_int80(void)
{
    long result = 20;
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}

/* getpid(2) of x32. */
static long by_x32(void)
{
    long result = 0x40000000L | 39;
    __asm__ volatile("syscall" : "+a"(result) : : "memory", "rcx", "r11");
    return result;
}

static void attempt(const char *name, long (*door)(void))
{
    int status, pipe_ends[2];
    long result;

    fflush(stdout);
    if (pipe(pipe_ends))
        exit(3);
    pid_t child = fork();
    if (child == 0) {
        result = door();
        _exit(write(pipe_ends[1], &result, sizeof result) != sizeof result);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        printf("%s signal %d\n", name, WTERMSIG(status));
    } else if (read(pipe_ends[0], &result, sizeof result) == sizeof result) {
        printf("%s result %ld\n", name, result);
    }
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

int main(void)
{
    attempt("int80", by_int80);
    attempt("x32", by_x32);
    return 0;
}
