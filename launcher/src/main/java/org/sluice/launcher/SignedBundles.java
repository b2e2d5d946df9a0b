package org.sluice.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Lets a bundle run only if a listed key signed all of it (JAR File Specification, "Signed JAR File"). A bundle that is not
 * resolved has no class loader, so none of its code runs, its activator included; and a bundle that was updated is resolved
 * anew. What is checked is what the framework would load: the entries are taken from the bundle, not from where it came from.
 * Thread-safe.
 */
final class SignedBundles implements ResolverHookFactory, ResolverHook {

    private final Path list;
    private final Set<String> keys;
    /** Why a revision is refused; empty for one that is not. */
    private final Map<BundleRevision, String> judged = Collections.synchronizedMap(new WeakHashMap<>());

    private SignedBundles(Path list, Set<String> keys) {
        this.list = list;
        this.keys = keys;
    }

    /**
     * Reads the list: a line for each key, the SHA-256 of its certificate in hexadecimal digits, as {@code keytool -list}
     * prints it, with or without colons; what follows a {@code #} is a comment.
     */
    static SignedBundles read(Path list) {
        Set<String> keys = new HashSet<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(list)) {
                number++;
                String key = line.replaceAll("#.*", "").replace(":", "").strip().toLowerCase(Locale.ROOT);
                if (!key.isEmpty() && !key.matches("[0-9a-f]{64}")) {
                    throw new UsageException(
                            list + ":" + number
                                    + ": this is no SHA-256 of a certificate; keytool -list prints it with 64 hexadecimal digits");
                }
                if (!key.isEmpty()) {
                    keys.add(key);
                }
            }
        } catch (IOException e) {
            throw new UsageException("cannot read " + list + ": " + e + "; make it readable, or remove it", e);
        }
        return new SignedBundles(list, keys);
    }

    /** What came with Sluice lies where only its owner writes, and needs no signature until it is updated. */
    void exempt(Bundle bundle) {
        judged.put(bundle.adapt(BundleRevision.class), "");
    }

    /** Ends an attempt to resolve a bundle that is refused. Of several none is resolved then; each is tried by itself later. */
    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        for (BundleRevision trigger : triggers) {
            if (isRefused(trigger)) {
                throw new IllegalStateException(
                        trigger.getSymbolicName() + " " + trigger.getVersion() + " " + judged.get(trigger));
            }
        }
        return this;
    }

    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {
        // The framework takes bundles that are resolved already for filtered out once one is taken away here.
    }

    @Override
    public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> candidates) {
        // Nothing to say about these.
    }

    /** Keeps refused bundles from being resolved along with others, as what those need or as fragments of theirs. */
    @Override
    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
        if (isRefused(requirement.getRevision())) {
            candidates.clear();
        } else {
            candidates.removeIf(candidate -> isRefused(candidate.getRevision()));
        }
    }

    @Override
    public void end() {
        // Nothing is held.
    }

    private boolean isRefused(BundleRevision revision) {
        if (revision.getBundle().getBundleId() == 0) {
            // The framework itself.
            return false;
        }
        String known = judged.get(revision);
        if (known == null) {
            known = judge(revision.getBundle());
            judged.put(revision, known);
            if (!known.isEmpty()) {
                System.err.println("sluice: bundle " + revision.getSymbolicName() + " " + revision.getVersion() + " ("
                        + revision.getBundle().getLocation() + ") does not run: " + known + "; " + list
                        + " lists the keys");
            }
        }
        return !known.isEmpty();
    }

    /** Why a bundle may not run, or nothing. */
    private String judge(Bundle bundle) {
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(pack(bundle)), true)) {
            boolean any = false;
            for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
                // Its signers are known when it has been read.
                jar.transferTo(java.io.OutputStream.nullOutputStream());
                if (isContent(entry.getName())) {
                    any = true;
                    CodeSigner @Nullable [] signers = entry.getCodeSigners();
                    if (signers == null) {
                        return entry.getName() + " is not signed";
                    }
                    if (!isListed(signers)) {
                        return entry.getName() + " is signed by a key that is not listed";
                    }
                }
            }
            return any ? "" : "it has no content that could be signed";
        } catch (IOException | GeneralSecurityException | SecurityException e) {
            return "its signature is broken: " + e.getMessage();
        }
    }

    private boolean isListed(CodeSigner[] signers) throws GeneralSecurityException {
        for (CodeSigner signer : signers) {
            byte[] certificate =
                    signer.getSignerCertPath().getCertificates().get(0).getEncoded();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate);
            if (keys.contains(HexFormat.of().formatHex(digest))) {
                return true;
            }
        }
        return false;
    }

    /** What a signature cannot cover: itself, the list of digests, and folders. */
    private static boolean isContent(String name) {
        return !name.endsWith("/") && !isSignature(name.toUpperCase(Locale.ROOT));
    }

    private static boolean isSignature(String name) {
        return name.matches("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]*)");
    }

    /** The bundle's entries as the framework reads them; the manifest first and what is about signatures after it. */
    private static byte[] pack(Bundle bundle) throws IOException {
        List<String> names = new ArrayList<>();
        collect(bundle, "/", names);
        names.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            jar.setLevel(0);
            for (String name : names) {
                URL entry = bundle.getEntry(name);
                if (entry == null) {
                    throw new IOException(name + " cannot be read");
                }
                jar.putNextEntry(new ZipEntry(name));
                try (InputStream in = entry.openStream()) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static int rank(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals("META-INF/MANIFEST.MF") ? 0 : isSignature(upper) ? 1 : 2;
    }

    private static void collect(Bundle bundle, String folder, List<String> names) {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        while (paths != null && paths.hasMoreElements()) {
            String path = paths.nextElement();
            if (path.endsWith("/")) {
                collect(bundle, path, names);
            } else {
                names.add(path);
            }
        }
    }
}
