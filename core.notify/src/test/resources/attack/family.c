/*
 * Makes descendants that do what they can to outlive their supervisor, writes their process ids into the file that is
 * named, one a line and a dot at the end, and waits for ever: plain children, double-forked ones in sessions of their own,
 * stopped ones, ones that ignore every signal that can be ignored, and one that makes a trapped call in a loop.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static FILE *list;

static void wait_for_ever(int number)
{
    for (int i = 1; i < 32; i++)
        if (i != SIGCHLD)
            signal(i, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, 0);
    fprintf(list, "%d\n", getpid());
    fflush(list);
    if (number == 1)
        raise(SIGSTOP);
    if (number == 2) {
        for (;;) {
            struct sockaddr_in any = { AF_INET };
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            bind(fd, (struct sockaddr *)&any, sizeof any);
            close(fd);
        }
    }
    if (number == 3)
        for (;;)
            ;
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    if (argc != 2 || !(list = fopen(argv[1], "a")))
        return 2;
    for (int number = 0; number < 5; number++) {
        if (fork() == 0)
            wait_for_ever(number);
        pid_t middle = fork();
        if (middle == 0) {
            setsid();
            if (fork() == 0)
                wait_for_ever(number);
            _exit(0);
        }
        waitpid(middle, NULL, 0);
    }
    fprintf(list, "%d\n", getpid());
    fflush(list);
    for (;;)
        pause();
}
