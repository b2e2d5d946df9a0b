package org.sluice.policy;

/** The JSON Schema of profiles, for editors and for {@code sluice profile schema}. */
public final class ProfileSchema {

    /** Where the schema is in this bundle; this path stays. */
    public static final String RESOURCE = "/org/sluice/policy/profile.schema.json";

    private ProfileSchema() {}

    /** The schema as JSON (draft 2020-12). */
    public static String text() {
        return Resources.text(RESOURCE);
    }
}
