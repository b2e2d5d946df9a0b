package org.sluice.target.net.synthetic;

import java.util.Arrays;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;

/** The attributes of a request by their types, as __nla_validate_parse in lib/nlattr.c takes them. For one thread. */
final class Attributes {

    /** struct nlattr. */
    static final int HEADER = 4;

    private static final int TYPE = 2;
    private static final int TYPE_MASK = 0x3fff;
    private static final int NONE = 0;

    private final Request request;
    private final int[] at;
    private int error;

    private Attributes(Request request, int max) {
        this.request = request;
        this.at = new int[max + 1];
    }

    /**
     * Takes them.
     *
     * @param body the length of what stands before them
     * @param strict whether unknown ones and bytes behind the last are errors
     */
    static Attributes of(Request request, int body, Policy policy, boolean strict, Extack extack) {
        Attributes all = new Attributes(request, policy.max());
        if (request.bodyLength() < body) {
            all.error = extack.fail(Errno.EINVAL, "Invalid header length");
            return all;
        }
        int at = Nlmsg.SIZE + Nlmsg.align(body);
        int left = request.length() - at;
        while (left >= HEADER && request.u16(at) >= HEADER && request.u16(at) <= left) {
            all.error = all.take(at, policy, strict, extack);
            if (all.error != 0) {
                return all;
            }
            int step = Nlmsg.align(request.u16(at));
            at += step;
            left -= step;
        }
        if (left > 0) {
            all.error = extack.fail(strict ? Errno.EINVAL : 0, "bytes leftover after parsing attributes");
        }
        return all;
    }

    private int take(int attribute, Policy policy, boolean strict, Extack extack) {
        int type = request.u16(attribute + TYPE) & TYPE_MASK;
        if (type == 0 || type > policy.max()) {
            return strict ? extack.fail(Errno.EINVAL, "Unknown attribute type", attribute) : 0;
        }
        int wrong = policy.check(type, request, attribute + HEADER, request.u16(attribute) - HEADER);
        if (wrong != 0) {
            return extack.fail(-wrong, policy.text(type), attribute);
        }
        at[type] = attribute;
        return 0;
    }

    /** 0, or why they cannot be taken, as a negative errno. */
    int error() {
        return error;
    }

    boolean has(int type) {
        return at[type] != NONE;
    }

    /** Where one stands in the request. */
    int offset(int type) {
        return at[type];
    }

    /** Whether there is none besides these. */
    boolean only(int... types) {
        int[] others = at.clone();
        for (int type : types) {
            others[type] = NONE;
        }
        return Arrays.stream(others).allMatch(offset -> offset == NONE);
    }

    /** How long a value is. */
    int length(int type) {
        return request.u16(at[type]) - HEADER;
    }

    int u8(int type) {
        return request.u8(at[type] + HEADER);
    }

    int u32(int type) {
        return request.u32(at[type] + HEADER);
    }

    /** A value of which at least {@code count} bytes are there. */
    Bytes bytes(int type, int count) {
        return request.bytes(at[type] + HEADER, count);
    }

    /** A text without its NUL, a byte to a character. */
    String text(int type) {
        StringBuilder text = new StringBuilder();
        int end = at[type] + request.u16(at[type]);
        for (int i = at[type] + HEADER; i < end && request.u8(i) != 0; i++) {
            text.append((char) request.u8(i));
        }
        return text.toString();
    }
}
