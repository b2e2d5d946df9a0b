package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sluice.policy.AuditVerifier;
import org.sluice.policy.PolicyException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;
import org.sluice.policy.ProfileSchema;
import org.sluice.policy.Why;

/** The commands that only ask what a profile or an audit file says. */
final class PolicyCommands {

    private static final int NO = 1;

    private final Request request;

    PolicyCommands(Request request) {
        this.request = request;
    }

    /** {@code sluice why}: status 0 if it is allowed, 1 if not. */
    int why() {
        List<String> words = request.words();
        if (words.size() != 2) {
            throw Failure.of("why needs an operation and a target, such as: sluice why connect 192.0.2.1!443");
        }
        String home = System.getenv().getOrDefault("HOME", "/");
        // Each sandbox has a temporary folder of its own, which no file of now can be in.
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "sluice-tmp");
        Profile profile = Profiles.of(request).expand(Path.of("").toAbsolutePath(), temporary, Path.of(home));
        Why.Answer answer = Why.why(profile, words.get(0), words.get(1), Surroundings.of(profile, request.sigstore()));
        System.out.println(answer.text());
        return answer.allowed() ? 0 : NO;
    }

    /** {@code sluice profile}. */
    int profile() {
        List<String> words = request.words();
        switch (words.isEmpty() ? "" : words.get(0)) {
            case "schema" -> System.out.print(ProfileSchema.text());
            case "show" ->
                System.out.println(Profiles.of(request, words.size() > 1 ? words.get(1) : "default")
                        .toJson());
            case "validate" -> {
                return validate(words.subList(1, words.size()));
            }
            default -> throw Failure.of("profile needs one of: show [NAME|FILE], validate FILE..., schema");
        }
        return 0;
    }

    private static int validate(List<String> files) {
        int status = 0;
        for (String file : files) {
            try {
                new ProfileLoader().load(file);
            } catch (PolicyException e) {
                Console.say(String.valueOf(e.getMessage()));
                status = NO;
            }
        }
        return status;
    }

    /** {@code sluice audit verify}: status 0 if every file is intact, 1 if not. */
    int audit() {
        List<String> words = request.words();
        if (words.size() < 2 || !words.get(0).equals("verify")) {
            throw Failure.of("audit needs a file: sluice audit verify FILE...");
        }
        int status = 0;
        for (String file : words.subList(1, words.size())) {
            try {
                AuditVerifier.Result result = AuditVerifier.verify(Path.of(file));
                System.out.println(file + ": " + result.text());
                status = result.intact() ? status : NO;
            } catch (IOException e) {
                throw Failure.of("cannot read " + file + ": " + e.getMessage());
            }
        }
        return status;
    }
}
