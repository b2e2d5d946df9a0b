package org.sluice.policy.trust;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sluice.notify.Bytes;
import org.sluice.policy.PolicyException;

/**
 * By what a content is trusted: its digest stands in a list that one of the keys signed, or one of the keys signed the
 * content itself. Immutable.
 *
 * @param keys whoever has one of their private halves is trusted
 * @param digests SHA-256 in hexadecimal, in small letters
 * @param ending what the name of a signature has after the name of what it signs
 */
public record TrustRoots(List<TrustedKey> keys, Set<String> digests, String ending) {

    /** The most bytes that a signature has: two of P-256 in Base64 would fit. */
    public static final int LONGEST_SIGNATURE = 1024;

    /** Copies. */
    public TrustRoots {
        keys = List.copyOf(keys);
        digests = Set.copyOf(digests);
    }

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
        return new TrustRoots(keys, all, ending);
    }

    /**
     * By what a content is trusted, in a few words.
     *
     * @param digest of the content
     * @param signature what stands beside the file
     * @return empty if it is not
     */
    Optional<String> judge(String digest, Bytes content, Supplier<Optional<Bytes>> signature) {
        if (digests.contains(digest)) {
            return Optional.of("its SHA-256 is in a signed list");
        }
        Optional<Bytes> beside = keys.isEmpty() ? Optional.empty() : signature.get();
        if (beside.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = content.toArray();
        byte[] signs = beside.get().toArray();
        return keys.stream().filter(key -> key.signed(bytes, signs)).findFirst().map(key -> "signed by " + key.name());
    }
}
