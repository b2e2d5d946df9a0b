package org.sluice.policy.trust;

/**
 * Judges Sigstore bundles by one trusted root and some identities. It opens no connection and reads no file, and says the
 * same of the same bytes at any time. Thread-safe.
 */
@FunctionalInterface
public interface BundleVerifier {

    /**
     * What was found.
     *
     * @param accepted whether one of the identities signed the content
     * @param text if so who did, else why not: one line of printable characters
     */
    record Verdict(boolean accepted, String text) {}

    /**
     * Judges what claims to be the signature of a content. Never throws, whatever the bytes are.
     *
     * @param content what was signed
     * @param bundle the text of a bundle, in JSON
     */
    Verdict verify(byte[] content, byte[] bundle);
}
