package org.sluice.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.LiveSettings;

/** Settings of the supervisor, through Configuration Admin. They hold until it ends; {@code conf/} has those that stay. */
@Component(
        service = ConfigCommands.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=config"})
public final class ConfigCommands {

    /** May be left out before a name. */
    private static final String PREFIX = "org.sluice.";

    private final ConfigurationAdmin admin;
    private final List<LiveSettings> settings;

    /** Made by Declarative Services. */
    @Activate
    public ConfigCommands(@Reference ConfigurationAdmin admin, @Reference List<LiveSettings> settings) {
        this.admin = admin;
        this.settings = List.copyOf(settings);
    }

    /** {@code sluice:config}. */
    @Descriptor("lists the settings of the supervisor and the values in force")
    public String config(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json) {
        Table table = new Table("NAME", "KEY", "VALUE", "STANDARD", "MEANING");
        for (LiveSettings each : settings) {
            for (LiveSettings.Setting setting : each.settings()) {
                table.row(shorten(each.pid()), setting.key(), setting.value(), setting.standard(), setting.meaning());
            }
        }
        return table.render(json);
    }

    /** {@code sluice:config NAME key=value…}. */
    @Descriptor("changes settings of the supervisor until it ends; running sandboxes go by them at once")
    public String config(
            @Descriptor("supervisor, approvals, or a name of Configuration Admin") String name,
            @Descriptor("key=value; without a value the standard one is set") String change,
            @Descriptor("further ones") String... more)
            throws IOException {
        String pid = name.indexOf('.') < 0 ? PREFIX + name : name;
        Optional<LiveSettings> ours =
                settings.stream().filter(each -> each.pid().equals(pid)).findFirst();
        if (ours.isEmpty() && pid.startsWith(PREFIX)) {
            throw new IllegalArgumentException("there are no settings " + name + "; there are "
                    + String.join(
                            ", ",
                            settings.stream().map(each -> shorten(each.pid())).toList()));
        }
        Configuration configuration = admin.getConfiguration(pid, "?");
        Map<String, Object> properties = properties(configuration);
        List<String> changes = new ArrayList<>(List.of(change));
        changes.addAll(List.of(more));
        for (String each : changes) {
            int equals = each.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("'" + each + "' is no setting; write key=value");
            }
            String key = each.substring(0, equals);
            if (equals == each.length() - 1) {
                properties.remove(key);
            } else {
                properties.put(key, each.substring(equals + 1));
            }
        }
        // Now, so that a mistake is told here and what follows finds it in force; Configuration Admin tells others
        // later.
        ours.ifPresent(settable -> settable.change(properties));
        // FileInstall marks what comes from a file that may not be written; here only this supervisor's memory is.
        configuration.removeAttributes(Configuration.ConfigurationAttribute.READ_ONLY);
        configuration.update(FrameworkUtil.asDictionary(properties));
        return shorten(pid) + ": " + String.join(" ", changes);
    }

    private static Map<String, Object> properties(Configuration configuration) {
        @Nullable Dictionary<String, Object> present = configuration.getProperties();
        return present == null ? new HashMap<>() : new HashMap<>(FrameworkUtil.asMap(present));
    }

    private static String shorten(String pid) {
        return pid.startsWith(PREFIX) ? pid.substring(PREFIX.length()) : pid;
    }
}
