// Tries to change the interfaces of the network namespace that its netlink sockets belong to, in every way that a program
// without rights has. Prints how many tries there were and how many the kernel accepted. Runs only under a seccomp filter.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WAYS = 9 };

static long tries, successes, unanswered;
static int first_type, first_way;

static struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

struct request {
    struct nlmsghdr header;
    char body[64];
};

// Returns what the call returns; the kernel's answer comes as a message.
static long transmit(int fd, void *data, size_t length, int way) {
    struct iovec vector = {data, length};
    struct msghdr plain = {.msg_iov = &vector, .msg_iovlen = 1};
    struct msghdr named = plain;
    named.msg_name = &kernel;
    named.msg_namelen = sizeof kernel;
    struct mmsghdr many = {.msg_hdr = named};
    struct mmsghdr many_plain = {.msg_hdr = plain};
    char control[CMSG_SPACE(sizeof(struct ucred))] = {0};
    struct ucred *own;
    struct cmsghdr *head;
    switch (way) {
        case 0: return write(fd, data, length);
        case 1: return writev(fd, &vector, 1);
        case 2: return send(fd, data, length, 0);
        case 3: return sendto(fd, data, length, 0, (struct sockaddr *) &kernel, sizeof kernel);
        case 4: return sendmsg(fd, &plain, 0);
        case 5: return sendmsg(fd, &named, 0);
        case 6: return sendmmsg(fd, &many, 1, 0) == 1 ? (long) length : -1;
        case 7: return sendmmsg(fd, &many_plain, 1, 0) == 1 ? (long) length : -1;
        default:
            named.msg_control = control;
            named.msg_controllen = sizeof control;
            head = CMSG_FIRSTHDR(&named);
            head->cmsg_level = SOL_SOCKET;
            head->cmsg_type = SCM_CREDENTIALS;
            head->cmsg_len = CMSG_LEN(sizeof(struct ucred));
            own = (struct ucred *) CMSG_DATA(head);
            own->pid = getpid();
            own->uid = getuid();
            own->gid = getgid();
            return sendmsg(fd, &named, 0);
    }
}

static void attempt(int fd, int type, int way) {
    struct request request = {0};
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg));
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.header.nlmsg_seq = ++tries;
    struct ifinfomsg *link = NLMSG_DATA(&request.header);
    link->ifi_index = 1;
    // For RTM_NEWLINK and RTM_SETLINK: switch lo off. The other types read it as something invalid, but only after the
    // kernel has asked for the sender's rights.
    link->ifi_change = IFF_UP;
    if (transmit(fd, &request, request.header.nlmsg_len, way) < 0) {
        if (errno != EPERM) {
            printf("type %d way %d: %s\n", type, way, strerror(errno));
        }
        return;
    }
    char answer[8192];
    long length = recv(fd, answer, sizeof answer, 0);
    struct nlmsghdr *header = (struct nlmsghdr *) answer;
    if (length < (long) sizeof *header || header->nlmsg_type != NLMSG_ERROR) {
        unanswered++;
    } else if (((struct nlmsgerr *) NLMSG_DATA(header))->error != -EPERM) {
        if (successes++ == 0) {
            first_type = type;
            first_way = way;
        }
    }
}

static void netlink(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int connected = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0 || connected < 0 || connect(connected, (struct sockaddr *) &kernel, sizeof kernel) < 0) {
        perror("socket");
        exit(2);
    }
    // Types come in fours: new, del, get, set.
    for (int type = RTM_BASE; type < RTM_MAX; type++) {
        if ((type & 3) == 2) {
            continue;
        }
        for (int way = 0; way < WAYS; way++) {
            attempt(fd, type, way);
            attempt(connected, type, way);
        }
    }
    close(fd);
    close(connected);
}

static void devices(void) {
    int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
    unsigned long requests[] = {
        SIOCSIFNAME, SIOCSIFLINK, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFDSTADDR, SIOCSIFBRDADDR, SIOCSIFNETMASK, SIOCSIFMETRIC,
        SIOCSIFMEM, SIOCSIFMTU, SIOCSIFHWADDR, SIOCSIFSLAVE, SIOCADDMULTI, SIOCDELMULTI, SIOCSIFPFLAGS, SIOCDIFADDR,
        SIOCSIFHWBROADCAST, SIOCSIFBR, SIOCSIFTXQLEN, SIOCSIFMAP, SIOCADDRT, SIOCDELRT, SIOCRTMSG, SIOCSARP, SIOCDARP,
        0x8983, 0x8946 /* SIOCETHTOOL */, 0x894c /* SIOCGSKNS */, 0x8990 /* SIOCBONDENSLAVE */, 0x89a0 /* SIOCBRADDBR */,
        0x89a2 /* SIOCBRADDIF */, 0x89b0 /* SIOCSHWTSTAMP */, 0x89f0 /* SIOCDEVPRIVATE */, 0x89f1, 0x89f2,
    };
    for (unsigned f = 0; f < sizeof families / sizeof *families; f++) {
        int fd = socket(families[f], SOCK_DGRAM, 0);
        for (unsigned i = 0; i < sizeof requests / sizeof *requests; i++) {
            // The kernel looks at the low half of the request alone.
            unsigned long spellings[] = {requests[i], requests[i] | 0xdead00000000UL};
            for (int s = 0; s < 2; s++) {
                struct ifreq request = {0};
                strcpy(request.ifr_name, "lo");
                tries++;
                long result = syscall(SYS_ioctl, fd, spellings[s], &request);
                // The requests about routes are left to the kernel, which knows them on sockets of the machine alone.
                int route = requests[i] >= SIOCADDRT && requests[i] <= SIOCRTMSG;
                if (result >= 0 || (errno != EPERM && !route)) {
                    printf("ioctl %lx on family %d: %s\n", requests[i], families[f], strerror(errno));
                    successes++;
                }
            }
        }
        close(fd);
    }
}

int main(int argc, char **argv) {
    if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER) {
        fprintf(stderr, "this attacks whatever network it is in: run it in a sandbox\n");
        return 3;
    }
    long wanted = argc > 1 ? atol(argv[1]) : 1000;
    while (tries < wanted) {
        netlink();
        devices();
    }
    printf("tries %ld successes %ld unanswered %ld first %d by %d\n", tries, successes, unanswered, first_type, first_way);
    return 0;
}
