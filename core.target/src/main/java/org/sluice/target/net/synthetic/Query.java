package org.sluice.target.net.synthetic;

/** Answers requests of one type. Stateless. */
interface Query {

    /**
     * Answers one request.
     *
     * @param strict whether the socket asks for strict checks (NETLINK_GET_STRICT_CHK)
     * @param extack gets what there is to say beyond an errno
     */
    Answer answer(Request request, boolean strict, Interfaces interfaces, Extack extack);
}
