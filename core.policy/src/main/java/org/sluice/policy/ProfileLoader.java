package org.sluice.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sluice.policy.json.Node;

/**
 * Reads profiles: the ready ones by name, others from files, and what they extend. A word with a slash or that ends in
 * {@code .json} is a file; {@code extends} in a file is relative to that file's folder. Immutable.
 */
public final class ProfileLoader {

    /** The profiles that come with Sluice. */
    public static final List<String> READY = List.of("default", "server", "build", "open");

    /** No profile that a person wrote is larger, and a device file has no end. */
    private static final int LARGEST = 1 << 20;

    private final Path base;
    private final Consumer<ProfileFile> read;

    /** Files are relative to the working directory of this JVM. */
    public ProfileLoader() {
        this(Path.of(""));
    }

    /** Files are relative to {@code base}. */
    public ProfileLoader(Path base) {
        this(base, file -> {});
    }

    /** The same; {@code read} is told of every file that is read, those that are extended first. */
    public ProfileLoader(Path base, Consumer<ProfileFile> read) {
        this.base = base;
        this.read = read;
    }

    /**
     * Loads a profile by name or from a file.
     *
     * @throws PolicyException one line that names file, line and remedy
     */
    public Profile load(String nameOrFile) {
        ProfileBuilder builder = new ProfileBuilder(nameOrFile);
        load(nameOrFile, base, List.of(), builder);
        builder.enforce();
        return builder.build();
    }

    /**
     * Reads a profile that is at hand.
     *
     * @param source what to call it in messages
     * @throws PolicyException one line that names source, line and remedy
     */
    public Profile parse(byte[] text, String source) {
        ProfileBuilder builder = new ProfileBuilder(source);
        read(text, source, base, List.of(), builder);
        builder.enforce();
        return builder.build();
    }

    /** The text of a ready profile. */
    public static String readyText(String name) {
        if (!READY.contains(name)) {
            throw new PolicyException(Choices.unknown("there is no ready profile '" + name + "'", name, READY));
        }
        return Resources.text("profiles/" + name + ".json");
    }

    private void load(String nameOrFile, Path folder, List<String> stack, ProfileBuilder builder) {
        if (READY.contains(nameOrFile)) {
            byte[] text = Resources.bytes("profiles/" + nameOrFile + ".json");
            read(text, nameOrFile, folder, push(stack, nameOrFile), builder);
            return;
        }
        if (nameOrFile.indexOf('/') < 0 && !nameOrFile.endsWith(".json")) {
            throw new PolicyException(Choices.unknown("there is no profile '" + nameOrFile + "'", nameOrFile, READY)
                    + "; ready profiles are " + String.join(", ", READY) + "; a file is written ./" + nameOrFile);
        }
        Path file = path(folder, nameOrFile).toAbsolutePath().normalize();
        Path parent = file.getParent();
        byte[] text = bytes(file);
        read(text, nameOrFile, parent == null ? folder : parent, push(stack, file.toString()), builder);
        read.accept(new ProfileFile(nameOrFile, file, text));
    }

    /** First what is extended, then the document itself, into one builder: what comes later is stronger. */
    private void read(byte[] text, String source, Path folder, List<String> stack, ProfileBuilder builder) {
        Document document = new Document(source);
        Node.Obj root = document.root(text);
        Node.Member parents = root.members().get("extends");
        if (parents != null) {
            List<Node> names = parents.value() instanceof Node.Arr list ? list.items() : List.of(parents.value());
            for (Node parent : names) {
                String name = document.text(parent, "'extends'");
                document.checked(parent.line(), () -> load(name, folder, stack, builder));
            }
        }
        new ProfileReader(document, builder).read(root);
    }

    private static List<String> push(List<String> stack, String name) {
        if (stack.contains(name)) {
            throw new PolicyException("profiles extend each other in a circle: " + String.join(" → ", stack) + " → "
                    + name + "; take one 'extends' out");
        }
        return Stream.concat(stack.stream(), Stream.of(name)).toList();
    }

    private static Path path(Path folder, String file) {
        try {
            return folder.resolve(file);
        } catch (InvalidPathException e) {
            throw new PolicyException("profile '" + file + "' is no file's name: " + e.getReason(), e);
        }
    }

    private static byte[] bytes(Path file) {
        String ready = "; ready profiles are " + String.join(", ", READY);
        try {
            if (Files.isDirectory(file)) {
                throw new PolicyException("profile " + file + " is a folder; name a JSON file" + ready);
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] text = in.readNBytes(LARGEST + 1);
                if (text.length > LARGEST) {
                    throw new PolicyException("profile " + file + " is larger than 1 MiB, so it is no profile" + ready);
                }
                return text;
            }
        } catch (NoSuchFileException e) {
            throw new PolicyException("profile " + file + " does not exist; check the path" + ready, e);
        } catch (AccessDeniedException e) {
            throw new PolicyException("profile " + file + " may not be read by this user; chmod u+r it" + ready, e);
        } catch (IOException e) {
            throw new PolicyException("profile " + file + " could not be read: " + e.getMessage() + ready, e);
        }
    }
}
