package org.sluice.core.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.notify.Settings;
import org.sluice.policy.Profile;

/** A handler's section of a profile, with what of the profile is meant for all. */
record SandboxSettings(Settings section, String datagram) implements Settings {

    /** The sections of all handlers that take part. */
    static Map<String, Settings> all(Profile profile) {
        Map<String, Settings> all = new LinkedHashMap<>();
        for (Map.Entry<String, Settings> handler : profile.handlers().entrySet()) {
            all.put(handler.getKey(), new SandboxSettings(handler.getValue(), profile.datagram()));
        }
        return all;
    }

    @Override
    public boolean flag(String key, boolean otherwise) {
        return section.flag(key, otherwise);
    }

    @Override
    public String text(String key, String otherwise) {
        return section.text(key, otherwise);
    }

    @Override
    public long number(String key, long otherwise) {
        return section.number(key, otherwise);
    }

    @Override
    public List<String> texts(String key) {
        return section.texts(key);
    }

    @Override
    public Map<String, Object> values() {
        return section.values();
    }
}
