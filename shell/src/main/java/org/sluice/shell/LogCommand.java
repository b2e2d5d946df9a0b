package org.sluice.shell;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sluice.core.LogLevels;

/** How much the supervisor logs. */
@Component(
        service = LogCommand.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=log"})
public final class LogCommand {

    private final BundleContext context;

    /** Made by Declarative Services. */
    @Activate
    public LogCommand(BundleContext context) {
        this.context = context;
    }

    /** {@code sluice:log}. */
    @Descriptor("lists the loggers whose level was set; others tell warnings and errors")
    public String log(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json) {
        Table table = new Table("LEVEL", "LOGGERS");
        levels().levels().forEach((name, level) -> table.row(level, name));
        return table.render(json);
    }

    /** {@code sluice:log NAME LEVEL}. */
    @Descriptor("sets how much a part of the supervisor logs to its standard error")
    public String log(
            @Descriptor("beginning of the loggers' names, such as org.sluice.core.chain") String logger,
            @Descriptor("trace, debug, info, warn, error or off") String level) {
        levels().set(logger, level);
        return logger + ": " + level;
    }

    private LogLevels levels() {
        ServiceReference<LogLevels> reference = context.getServiceReference(LogLevels.class);
        @Nullable LogLevels levels = reference == null ? null : context.getService(reference);
        if (levels == null) {
            throw new IllegalStateException("the logging of this process is not Sluice's; set its level there");
        }
        return levels;
    }
}
