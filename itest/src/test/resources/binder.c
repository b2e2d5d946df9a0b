/*
 * Calls bind as fast as it can until a file named "stop" appears, and counts what it was answered. Every answer is
 * checked: a bind of a fresh socket must succeed, the socket must then have the address, and (now and then) a second bind
 * of it must fail with EINVAL.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static long total, wrong;

static void complain(const char *what, int error) {
    wrong++;
    printf("wrong: call %ld: %s: %s\n", total, what, strerror(error));
    fflush(stdout);
}

static void check(int domain, const struct sockaddr *address, socklen_t length) {
    int s = socket(domain, SOCK_STREAM, 0);
    if (s < 0) {
        complain("socket", errno);
        return;
    }
    total++;
    int result = bind(s, address, length);
    if (result != 0) {
        complain(result == -1 ? "bind" : "bind gave neither 0 nor -1", errno);
    } else {
        struct sockaddr_storage got;
        socklen_t size = sizeof got;
        memset(&got, 0, sizeof got);
        if (getsockname(s, (struct sockaddr *)&got, &size) != 0)
            complain("getsockname", errno);
        else if (domain == AF_INET && ((struct sockaddr_in *)&got)->sin_port == 0)
            complain("answered 0, but not bound", 0);
        else if (domain == AF_UNIX
                 && strcmp(((struct sockaddr_un *)&got)->sun_path, ((struct sockaddr_un *)address)->sun_path) != 0)
            complain("answered 0, but not bound to the path", 0);
    }
    // A Unix socket that is bound again to its own path finds the path first: EADDRINUSE.
    if (domain == AF_INET && total % 64 == 0) {
        total++;
        if (bind(s, address, length) != -1 || errno != EINVAL)
            complain("a second bind did not fail with EINVAL", errno);
    }
    close(s);
}

static void work(int number) {
    struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    snprintf(local.sun_path, sizeof local.sun_path, "socket-%d", number);
    for (long i = 0; i % 256 != 0 || access("stop", F_OK) != 0; i++) {
        if (i % 16 == 0) {
            unlink(local.sun_path);
            check(AF_UNIX, (struct sockaddr *)&local, sizeof local);
        } else {
            check(AF_INET, (struct sockaddr *)&inet, sizeof inet);
        }
    }
    unlink(local.sun_path);
}

int main(void) {
    printf("started\n");
    fflush(stdout);
    int pid = fork();
    work(pid == 0);
    printf("total %ld wrong %ld\n", total, wrong);
    fflush(stdout);
    if (pid == 0)
        return wrong != 0;
    int status;
    waitpid(pid, &status, 0);
    return wrong != 0 || status != 0;
}
