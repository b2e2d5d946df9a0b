package org.sluice.target;

/**
 * How a path is resolved beyond what path_resolution(7) says: the {@code resolve} field of openat2(2). Immutable.
 *
 * @param flags RESOLVE_*, as the kernel has accepted them; RESOLVE_CACHED makes no difference
 */
public record Resolve(long flags) {

    /** As every call but openat2(2) resolves. */
    public static final Resolve PLAIN = new Resolve(0);

    static final long NO_XDEV = 1;
    static final long NO_MAGICLINKS = 2;
    static final long NO_SYMLINKS = 4;
    static final long BENEATH = 8;
    static final long IN_ROOT = 0x10;
    static final long CACHED = 0x20;

    /** Whether nothing but {@link #PLAIN} is asked. */
    boolean isPlain() {
        return flags == 0;
    }

    /** No mount may be entered or left. */
    boolean noCrossing() {
        return (flags & NO_XDEV) != 0;
    }

    boolean noMagicLinks() {
        return (flags & NO_MAGICLINKS) != 0;
    }

    boolean noSymlinks() {
        return (flags & NO_SYMLINKS) != 0;
    }

    /** Leaving the directory at which the walk starts is an error. */
    boolean beneath() {
        return (flags & BENEATH) != 0;
    }

    /** The directory at which the walk starts is its root. */
    boolean inRoot() {
        return (flags & IN_ROOT) != 0;
    }

    /** The walk has the directory at which it starts for its root. */
    boolean isScoped() {
        return beneath() || inRoot();
    }
}
