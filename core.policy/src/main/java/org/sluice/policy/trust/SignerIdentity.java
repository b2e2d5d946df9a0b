package org.sluice.policy.trust;

/**
 * Who signed with a short-lived certificate: the subject that the certificate names, as an OpenID Connect issuer vouched for
 * it. Both are compared character by character. Immutable.
 *
 * @param issuer the issuer's URL, such as {@code https://accounts.example}
 * @param subject a mail address, or a URI
 */
public record SignerIdentity(String issuer, String subject) {

    @Override
    public String toString() {
        return subject + " (" + issuer + ")";
    }
}
