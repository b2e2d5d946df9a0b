package org.sluice.target.net.synthetic;

/** Types of messages, families and the sizes of their bodies, linux/rtnetlink.h. */
final class Rtnetlink {

    static final int NEWLINK = 16;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int GETADDR = 22;
    static final int NEWROUTE = 24;
    static final int GETROUTE = 26;
    static final int GETNEIGH = 30;
    static final int NEWRULE = 32;
    static final int GETRULE = 34;
    static final int NEWNETCONF = 80;
    static final int GETNETCONF = 82;

    /** RTM_MAX of Linux 6.18: what is above is unknown, what is below and not answered is not supported. */
    static final int MAX = 123;

    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_BRIDGE = 7;
    static final int AF_INET6 = 10;

    /** struct ifinfomsg. */
    static final int LINK_BODY = 16;

    /** struct ifaddrmsg. */
    static final int ADDRESS_BODY = 8;

    /** struct rtmsg. */
    static final int ROUTE_BODY = 12;

    /** struct ndmsg. */
    static final int NEIGHBOUR_BODY = 12;

    /** struct fib_rule_hdr. */
    static final int RULE_BODY = 12;

    /** struct netconfmsg, with its padding. */
    static final int NETCONF_BODY = 4;

    private Rtnetlink() {}
}
