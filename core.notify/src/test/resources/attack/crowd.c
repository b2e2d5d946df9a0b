/*
 * Calls getppid(2) COUNT times in each of PROCESSES processes at once, and prints how many calls they made and the sum of what
 * they got. What a process gets must grow from call to call.
 *
 *   crowd PROCESSES COUNT
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int processes = atoi(argv[1]), status;
    long count = atol(argv[2]), calls = 0, all = 0;
    long *sums = mmap(0, processes * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sums == MAP_FAILED) return 2;
    for (int i = 0; i < processes; i++)
        if (!fork()) {
            long last = -1, got;
            for (long j = 0; j < count; j++) {
                got = syscall(SYS_getppid);
                if (got <= last) {
                    printf("%ld after %ld\n", got, last);
                    return 1;
                }
                sums[i] += last = got;
            }
            return 0;
        }
    while (wait(&status) > 0)
        if (!status) calls += count;
    for (int i = 0; i < processes; i++) all += sums[i];
    printf("%ld calls, sum %ld\n", calls, all);
    return 0;
}
