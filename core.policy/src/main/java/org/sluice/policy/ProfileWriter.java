package org.sluice.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.notify.Rule;
import org.sluice.policy.json.JsonText;

/** Writes a profile in its own format. All rules stand in {@code network.rules}, which keeps their order. */
final class ProfileWriter {

    private ProfileWriter() {}

    static String write(Profile profile) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("description", "Effective profile of " + profile.name());
        root.put("files", files(profile));
        Profile.Defaults defaults = profile.defaults();
        Map<String, Object> network = new LinkedHashMap<>();
        network.put("connect", defaults.connect());
        network.put("bind", defaults.bind());
        network.put("send", defaults.send());
        network.put("rules", profile.rules().stream().map(Rule::toString).toList());
        root.put("network", network);
        root.put("unix", Map.of("default", defaults.unix()));
        root.put("datagram", profile.datagram());
        Map<String, Object> handlers = new LinkedHashMap<>();
        profile.handlers().forEach((name, settings) -> handlers.put(name, settings.values()));
        root.put("handlers", handlers);
        root.put("required", List.copyOf(profile.required()));
        root.put("reserve", profile.reserve());
        root.put("environment", environment(profile.environment()));
        Map<String, Object> limits = new LinkedHashMap<>();
        profile.limits().forEach((name, value) -> limits.put(name, name.equals("time") ? value + "ms" : value));
        root.put("limits", limits);
        root.put("capabilities", List.copyOf(profile.capabilities()));
        return JsonText.pretty(root);
    }

    private static Map<String, Object> files(Profile profile) {
        List<Object> read = new ArrayList<>();
        List<Object> write = new ArrayList<>();
        for (Profile.FileGrant grant : profile.files()) {
            Object item = grant.path();
            if (grant.optional()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("path", grant.path());
                object.put("optional", true);
                item = object;
            }
            (grant.write() ? write : read).add(item);
        }
        Map<String, Object> files = new LinkedHashMap<>();
        files.put("read", read);
        files.put("write", write);
        files.put("virtual", profile.virtualFiles());
        return files;
    }

    private static Map<String, Object> environment(Environment environment) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("inherit", environment.inherit());
        section.put("pass", environment.pass());
        section.put("set", environment.set());
        section.put("unset", environment.unset());
        return section;
    }
}
