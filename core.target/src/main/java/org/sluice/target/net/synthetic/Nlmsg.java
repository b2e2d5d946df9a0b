package org.sluice.target.net.synthetic;

/** struct nlmsghdr and its values, netlink(7). */
final class Nlmsg {

    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int SEQUENCE = 8;
    static final int PORT = 12;
    static final int SIZE = 16;

    /** Types below this one are of netlink itself. */
    static final int MIN_TYPE = 0x10;

    static final int ERROR = 2;
    static final int DONE = 3;

    static final int REQUEST = 1;
    static final int MULTI = 2;
    static final int ACK = 4;
    /** Of a dump whose request held a filter. */
    static final int DUMP_FILTERED = 0x20;
    /** Either bit asks for a dump. */
    static final int DUMP = 0x300;
    /** Of an error that does not repeat the request's body. */
    static final int CAPPED = 0x100;
    /** Of an error with an extended acknowledgement. */
    static final int ACK_TLVS = 0x200;

    /** Attributes of the extended acknowledgement: a text, and where the attribute stands that it is about. */
    static final int ATTR_MSG = 1;

    static final int ATTR_OFFS = 2;

    /** The type of an attribute that is missing. */
    static final int ATTR_MISS_TYPE = 5;

    private Nlmsg() {}

    /** What the next message or attribute is aligned to. */
    static int align(int length) {
        return (length + 3) & ~3;
    }
}
