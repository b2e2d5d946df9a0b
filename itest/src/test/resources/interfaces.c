// Tells of the network interfaces in every way that the C library and netdevice(7) have. The output is the same on every
// machine with the same interfaces.
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *text(struct sockaddr *address) {
    static char buffer[INET6_ADDRSTRLEN];
    void *ip = address == NULL                    ? NULL
               : address->sa_family == AF_INET    ? (void *) &((struct sockaddr_in *) address)->sin_addr
               : address->sa_family == AF_INET6   ? (void *) &((struct sockaddr_in6 *) address)->sin6_addr
                                                  : NULL;
    return ip == NULL ? "-" : inet_ntop(address->sa_family, ip, buffer, sizeof buffer);
}

static void listed(void) {
    struct ifaddrs *all;
    if (getifaddrs(&all) != 0) {
        printf("getifaddrs: %s\n", strerror(errno));
        return;
    }
    for (struct ifaddrs *each = all; each != NULL; each = each->ifa_next) {
        printf("getifaddrs %s %x family %d", each->ifa_name, each->ifa_flags, each->ifa_addr ? each->ifa_addr->sa_family : -1);
        printf(" %s", text(each->ifa_addr));
        printf(" %s\n", text(each->ifa_netmask));
    }
    freeifaddrs(all);
    struct if_nameindex *names = if_nameindex();
    for (struct if_nameindex *each = names; names != NULL && each->if_name != NULL; each++) {
        char name[IF_NAMESIZE] = "?";
        if_indextoname(each->if_index, name);
        printf("if_nameindex %u %s %s %u\n", each->if_index, each->if_name, name, if_nametoindex(each->if_name));
    }
}

static void asked(int family) {
    int fd = socket(family, SOCK_DGRAM, 0);
    char room[4096];
    struct ifconf list = {.ifc_len = 0, .ifc_buf = NULL};
    int result = ioctl(fd, SIOCGIFCONF, &list);
    printf("family %d SIOCGIFCONF asks for %d: %d\n", family, list.ifc_len, result);
    list.ifc_len = sizeof room;
    list.ifc_buf = room;
    result = ioctl(fd, SIOCGIFCONF, &list);
    printf("family %d SIOCGIFCONF %d: %d\n", family, list.ifc_len, result);
    for (int i = 0; i < (int) (list.ifc_len / sizeof(struct ifreq)); i++) {
        printf("  %s %s\n", list.ifc_req[i].ifr_name, text(&list.ifc_req[i].ifr_addr));
    }
    const char *names[] = {"lo", "eth0", "eth1", ""};
    const struct { const char *name; unsigned long number; } requests[] = {
        {"FLAGS", SIOCGIFFLAGS}, {"ADDR", SIOCGIFADDR}, {"DSTADDR", SIOCGIFDSTADDR}, {"BRDADDR", SIOCGIFBRDADDR},
        {"NETMASK", SIOCGIFNETMASK}, {"METRIC", SIOCGIFMETRIC}, {"MTU", SIOCGIFMTU}, {"HWADDR", SIOCGIFHWADDR},
        {"INDEX", SIOCGIFINDEX}, {"TXQLEN", SIOCGIFTXQLEN}, {"MAP", SIOCGIFMAP}, {"SLAVE", SIOCGIFSLAVE},
        {"COUNT", SIOCGIFCOUNT}, {"PFLAGS", SIOCGIFPFLAGS},
    };
    for (int n = 0; n < 4; n++) {
        for (unsigned r = 0; r < sizeof requests / sizeof *requests; r++) {
            struct ifreq request;
            memset(&request, 0, sizeof request);
            strcpy(request.ifr_name, names[n]);
            result = ioctl(fd, requests[r].number, &request);
            printf("family %d %s %s %d %s", family, requests[r].name, names[n], result, result < 0 ? strerror(errno) : "");
            for (unsigned b = IFNAMSIZ; result >= 0 && b < sizeof request; b++) {
                printf(" %02x", ((unsigned char *) &request)[b]);
            }
            printf("\n");
        }
    }
    struct ifreq named = {.ifr_ifindex = 2};
    result = ioctl(fd, SIOCGIFNAME, &named);
    printf("family %d NAME 2 %d %s\n", family, result, result < 0 ? strerror(errno) : named.ifr_name);
    close(fd);
}

static void resolved(int family) {
    struct addrinfo hints = {.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV, .ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int result = getaddrinfo("localhost", "80", &hints, &found);
    printf("getaddrinfo family %d: %s", family, result == 0 ? "found" : gai_strerror(result));
    for (struct addrinfo *each = found; each != NULL; each = each->ai_next) {
        printf(" %s", text(each->ai_addr));
    }
    printf("\n");
}

int main(void) {
    listed();
    resolved(AF_UNSPEC);
    resolved(AF_INET);
    resolved(AF_INET6);
    asked(AF_INET);
    asked(AF_INET6);
    asked(AF_UNIX);
    int file = dup(0);
    struct ifreq request = {.ifr_name = "lo"};
    printf("on a file %d %s\n", ioctl(file, SIOCGIFINDEX, &request), strerror(errno));
    printf("on nothing %d %s\n", ioctl(999, SIOCGIFINDEX, &request), strerror(errno));
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    printf("at nothing %d %s\n", ioctl(fd, SIOCGIFINDEX, (void *) 16), strerror(errno));
    return 0;
}
