package org.sluice.policy.trust;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Bytes;
import org.sluice.policy.PolicyException;
import org.sluice.policy.trust.BundleVerifier.Verdict;

/**
 * By what a content is trusted: its digest stands in a list that one of the keys signed, one of the keys signed the content
 * itself, or one of some identities did, as a Sigstore bundle shows. Immutable.
 *
 * @param keys whoever has one of their private halves is trusted
 * @param digests SHA-256 in hexadecimal, in small letters
 * @param ending what the name of a signature has after the name of what it signs
 * @param bundles the bundles, if there are identities
 */
public record TrustRoots(List<TrustedKey> keys, Set<String> digests, String ending, Optional<TrustedBundles> bundles) {

    /** The most bytes that a signature has: two of P-256 in Base64 would fit. */
    public static final int LONGEST_SIGNATURE = 1024;

    /** Copies. */
    public TrustRoots {
        keys = List.copyOf(keys);
        digests = Set.copyOf(digests);
    }

    /** Without bundles. */
    public TrustRoots(List<TrustedKey> keys, Set<String> digests, String ending) {
        this(keys, digests, ending, Optional.empty());
    }

    /** What stands in a file beside the one that is judged. */
    @FunctionalInterface
    interface Beside {

        /** As {@link org.sluice.notify.Opening#beside}. */
        Optional<Bytes> read(String ending, int most);
    }

    /**
     * What was found about a content.
     *
     * @param trusted whether it is
     * @param reason by what, or why not; empty if there is nothing to say
     */
    record Judgement(boolean trusted, String reason) {}

    /**
     * The same with the digests of a list.
     *
     * @param name of the list, for messages
     * @throws PolicyException if none of the keys signed it, or a line is not one of a list
     */
    public TrustRoots with(String name, byte[] list, byte[] signature) {
        if (keys.stream().noneMatch(key -> key.signed(list, signature))) {
            throw new PolicyException("openat.trusted.lists: the signature " + name + ending + " of " + name
                    + " is by none of the keys; sign the list again, or add the key to 'openat.trusted.keys'");
        }
        Set<String> all = new HashSet<>(digests);
        all.addAll(DigestList.parse(name, list));
        return new TrustRoots(keys, all, ending, bundles);
    }

    /**
     * Judges a content.
     *
     * @param digest of the content
     * @param beside reads signature and bundle
     */
    Judgement judge(String digest, Bytes content, Beside beside) {
        if (digests.contains(digest)) {
            return new Judgement(true, "its SHA-256 is in a signed list");
        }
        Optional<String> signer = keys.isEmpty()
                ? Optional.empty()
                : beside.read(ending, LONGEST_SIGNATURE).flatMap(signature -> signer(content, signature));
        if (signer.isPresent()) {
            return new Judgement(true, "signed by " + signer.get());
        }
        return bundles.map(each -> judge(each, content, beside)).orElse(new Judgement(false, ""));
    }

    private Optional<String> signer(Bytes content, Bytes signature) {
        byte[] bytes = content.toArray();
        byte[] signs = signature.toArray();
        return keys.stream().filter(key -> key.signed(bytes, signs)).findFirst().map(TrustedKey::name);
    }

    private static Judgement judge(TrustedBundles bundles, Bytes content, Beside beside) {
        Optional<Bytes> bundle = beside.read(bundles.ending(), TrustedBundles.LONGEST);
        if (bundle.isEmpty()) {
            return new Judgement(false, "");
        }
        Verdict verdict =
                bundles.verifier().verify(content.toArray(), bundle.get().toArray());
        return new Judgement(
                verdict.accepted(),
                verdict.accepted()
                        ? "signed by " + verdict.text() + ", as its bundle shows"
                        : "its bundle is refused: " + verdict.text());
    }
}
