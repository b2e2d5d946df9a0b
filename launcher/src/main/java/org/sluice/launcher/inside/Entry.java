package org.sluice.launcher.inside;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.sluice.bpf.Probe;
import org.sluice.core.StartException;
import org.sluice.linux.SysException;
import org.sluice.policy.PolicyException;

/** Where the class-path half of the launcher hands a command over; returns the exit status. */
final class Entry implements ToIntFunction<Map<String, Object>> {

    private final Services services;

    Entry(Services services) {
        this.services = services;
    }

    @Override
    public int applyAsInt(Map<String, Object> map) {
        try {
            if (map.get("bind") instanceof Path path) {
                services.serveMetrics(path);
                return 0;
            }
            return run(Request.of(map));
        } catch (Failure e) {
            return fail(e, e.status());
        } catch (StartException e) {
            return fail(e, e.kind().status());
        } catch (PolicyException | SysException e) {
            return fail(e, Failure.STATUS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Console.say("interrupted");
            return Failure.STATUS;
        } finally {
            if (map.containsKey("command")) {
                services.closeMetrics();
            }
        }
    }

    private static int fail(RuntimeException e, int status) {
        String message = String.valueOf(e.getMessage());
        boolean nested =
                status == Failure.STATUS && Nesting.isFiltered() && Probe.run().supervised();
        Console.say(nested ? Nesting.MESSAGE : message);
        return status;
    }

    private int run(Request request) throws InterruptedException {
        InstalledVerifiers.offer(services.context(), request.sigstore());
        return switch (request.command()) {
            case "run" -> new RunCommand(request, services).run();
            case "exec" -> new ControlClient(request).exec();
            case "stop" -> new ControlClient(request).stop();
            case "attach" -> new AttachClient(request).attach();
            case "ps" -> new ControlClient(request).ps();
            case "why" -> new PolicyCommands(request).why();
            case "profile" -> new PolicyCommands(request).profile();
            case "audit" -> new PolicyCommands(request).audit();
            case "shell" -> new ShellCommand(request, services).run();
            case "train" -> train(request);
            default -> throw Failure.of("the command " + request.command() + " is not available in this version");
        };
    }

    private int train(Request request) throws InterruptedException {
        request.handlers().run();
        request.started().run();
        return services.train();
    }
}
