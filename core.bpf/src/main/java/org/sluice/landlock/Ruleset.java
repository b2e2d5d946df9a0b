package org.sluice.landlock;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * What a Landlock domain restricts and what it grants. Immutable; made by {@link #builder}. A ruleset always handles
 * every file right that the ABI knows: what is not granted is denied. REFER is one of them, since a domain that does not
 * handle it denies every link and rename across directories.
 */
public final class Ruleset {

    private static final Path ROOT = Path.of("/");

    private final int abi;
    private final long handledFs;
    private final long handledNet;
    private final long scoped;
    private final List<PathGrant> paths;
    private final List<PortGrant> ports;
    private final List<String> lost;

    private record PathGrant(Path path, long rights, boolean optional) {}

    private record PortGrant(int port, long rights) {}

    private Ruleset(Builder builder) {
        this.abi = builder.abi;
        this.handledFs = builder.scopesAlone
                ? Landlock.FS_REFER & Landlock.fileRights(abi)
                : Landlock.fileRights(abi) & (builder.unixPaths ? -1 : ~Landlock.FS_RESOLVE_UNIX);
        this.handledNet = abi >= 4 ? builder.net : 0;
        this.scoped = abi >= 6 ? builder.scopes : 0;
        this.paths = List.copyOf(builder.paths);
        this.ports = List.copyOf(builder.ports);
        this.lost = Losses.of(abi, builder.net, builder.scopes, builder.unixPaths);
    }

    /** A ruleset for the ABI of this kernel. */
    public static Builder builder() {
        return new Builder(Landlock.abi());
    }

    /** A ruleset for an ABI; 0 means none. */
    public static Builder builder(int abi) {
        return new Builder(abi);
    }

    /** The ABI that it is made for. */
    public int abi() {
        return abi;
    }

    /** What was asked for and this ABI does not enforce, one sentence each; empty if it enforces everything. */
    public List<String> lost() {
        return lost;
    }

    /**
     * Makes the kernel's object. Every granted path is opened now, links followed; the grant stays with what was found.
     *
     * @return the ruleset's descriptor, close-on-exec
     * @throws SysException if a granted path cannot be opened or the kernel refuses
     * @throws IllegalStateException for ABI 0
     */
    public Descriptor create() {
        if (abi == 0) {
            throw new IllegalStateException("this kernel has no Landlock; see lost()");
        }
        long fd = Block.allocate(LandlockLayout.RULESET_SIZE)
                .putLong(LandlockLayout.RULESET_FS, handledFs)
                .putLong(LandlockLayout.RULESET_NET, handledNet)
                .putLong(LandlockLayout.RULESET_SCOPED, scoped)
                .with(address -> Linux.call(Nr.LANDLOCK_CREATE_RULESET, address, LandlockLayout.RULESET_SIZE, 0));
        Descriptor ruleset = new Descriptor((int) SysException.check("landlock_create_ruleset", fd));
        try {
            for (PathGrant grant : paths) {
                add(ruleset, grant);
            }
            for (PortGrant grant : ports) {
                add(ruleset, grant);
            }
        } catch (RuntimeException e) {
            ruleset.close();
            throw e;
        }
        return ruleset;
    }

    /**
     * Puts the calling thread into the domain, for ever. Needs no_new_privs.
     *
     * @param ruleset what {@link #create} made
     * @return 0 or a negative errno
     */
    public static long restrictThread(Descriptor ruleset) {
        return Linux.call(Nr.LANDLOCK_RESTRICT_SELF, ruleset.fd(), 0);
    }

    private void add(Descriptor ruleset, PathGrant grant) {
        try (GrantedFile file = GrantedFile.open(grant.path(), grant.optional())) {
            long rights = grant.rights() & handledFs & (file.isDirectory() ? -1 : Landlock.FILE_RIGHTS);
            if (file.isAbsent() || rights == 0) {
                return;
            }
            Block rule = Block.allocate(LandlockLayout.PATH_SIZE)
                    .putLong(LandlockLayout.PATH_ACCESS, rights)
                    .putInt(LandlockLayout.PATH_FD, file.fd());
            addRule(
                    ruleset,
                    LandlockLayout.RULE_PATH_BENEATH,
                    rule,
                    grant.path().toString());
        }
    }

    private void add(Descriptor ruleset, PortGrant grant) {
        long rights = grant.rights() & handledNet;
        if (rights != 0) {
            Block rule = Block.allocate(LandlockLayout.PORT_SIZE)
                    .putLong(LandlockLayout.PORT_ACCESS, rights)
                    .putLong(LandlockLayout.PORT_PORT, grant.port());
            addRule(ruleset, LandlockLayout.RULE_NET_PORT, rule, "port " + grant.port());
        }
    }

    private static void addRule(Descriptor ruleset, int type, Block rule, String what) {
        long result = rule.with(address -> Linux.call(Nr.LANDLOCK_ADD_RULE, ruleset.fd(), type, address, 0, 0, 0));
        SysException.check("landlock_add_rule for " + what, result);
    }

    /** Collects what a ruleset restricts and grants. Not thread-safe. */
    public static final class Builder {

        private final int abi;
        private long net;
        private long scopes;
        private boolean unixPaths;
        private boolean scopesAlone;
        private final List<PathGrant> paths = new ArrayList<>();
        private final List<PortGrant> ports = new ArrayList<>();

        private Builder(int abi) {
            if (abi < 0) {
                throw new IllegalArgumentException("a Landlock ABI is 0 or more, not " + abi);
            }
            this.abi = abi;
        }

        /** Grants reading, listing and running of a file or of everything under a directory. */
        public Builder read(Path path) {
            return grant(path, Landlock.FS_EXECUTE | Landlock.FS_READ_FILE | Landlock.FS_READ_DIR);
        }

        /** {@link #read} for a path that need not exist. */
        public Builder readIfPresent(Path path) {
            paths.add(new PathGrant(path, Landlock.FS_EXECUTE | Landlock.FS_READ_FILE | Landlock.FS_READ_DIR, true));
            return this;
        }

        /** Grants all file rights but RESOLVE_UNIX, reading included. */
        public Builder write(Path path) {
            return grant(path, ~Landlock.FS_RESOLVE_UNIX);
        }

        /** {@link #write} for a path that need not exist. */
        public Builder writeIfPresent(Path path) {
            paths.add(new PathGrant(path, ~Landlock.FS_RESOLVE_UNIX, true));
            return this;
        }

        /** Grants connecting to the Unix sockets at or under a path; matters only with {@link #restrictUnixPaths}. */
        public Builder connectUnix(Path path) {
            return grant(path, Landlock.FS_RESOLVE_UNIX);
        }

        /** Grants chosen rights; those that the ABI does not know, or that a plain file cannot have, are left out. */
        public Builder grant(Path path, long rights) {
            paths.add(new PathGrant(path, rights, false));
            return this;
        }

        /** From now on TCP binds are denied but to granted ports (ABI 4). */
        public Builder restrictTcpBind() {
            net |= Landlock.NET_BIND_TCP;
            return this;
        }

        /** From now on TCP connections are denied but to granted ports (ABI 4). */
        public Builder restrictTcpConnect() {
            net |= Landlock.NET_CONNECT_TCP;
            return this;
        }

        /** Grants a TCP bind; port 0 grants letting the kernel choose. */
        public Builder bindTcp(int port) {
            return port(port, Landlock.NET_BIND_TCP);
        }

        /** Grants a TCP connection. */
        public Builder connectTcp(int port) {
            return port(port, Landlock.NET_CONNECT_TCP);
        }

        /** No signals to processes outside the domain (ABI 6). */
        public Builder scopeSignals() {
            scopes |= Landlock.SCOPE_SIGNAL;
            return this;
        }

        /**
         * Files are not restricted at all, as in no other ruleset: for a domain that is there for its scopes. The kernel
         * denies REFER in every domain that does not grant it, also to domains inside of this one; so it is granted
         * everywhere.
         */
        public Builder scopesAlone() {
            scopesAlone = true;
            return grant(ROOT, Landlock.FS_REFER);
        }

        /** No connections to abstract Unix sockets made outside the domain (ABI 6). */
        public Builder scopeAbstractSockets() {
            scopes |= Landlock.SCOPE_ABSTRACT_UNIX_SOCKET;
            return this;
        }

        /** Connections to Unix sockets by path are denied but to granted ones (ABI 9). */
        public Builder restrictUnixPaths() {
            unixPaths = true;
            return this;
        }

        /** The ruleset. */
        public Ruleset build() {
            return new Ruleset(this);
        }

        private Builder port(int port, long rights) {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
            }
            ports.add(new PortGrant(port, rights));
            return this;
        }
    }
}
