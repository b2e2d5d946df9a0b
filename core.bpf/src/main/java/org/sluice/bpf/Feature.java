package org.sluice.bpf;

/**
 * Something that this kernel, or this host's configuration, offers or not.
 *
 * @param name what it is called in its manual
 * @param present whether it can be used here
 * @param required whether Sluice can run a command without it
 * @param detail what was found
 * @param cost what its absence costs the user
 */
public record Feature(String name, boolean present, boolean required, String detail, String cost) {}
