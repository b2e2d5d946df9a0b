package org.sluice.baseline;

import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Analyzer;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import aQute.bnd.version.Version;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The published face of one package, as bnd sees it: its types and members, and for each what it means to users and to
 * implementers if it is added or removed (OSGi's semantic versioning; {@code @ConsumerType} and {@code @ProviderType} count).
 * It can be written as text and read again, so that the baseline of a release is a file that people can read.
 *
 * @param version the package's version
 * @param tree its types
 */
record Api(Version version, Tree tree) {

    private static final String INDENT = " ";

    /** Reads the class files of a folder or a jar. */
    static Api of(File classes, String name, ClassLoader loader) throws Exception {
        try (Analyzer analyzer = new Analyzer()) {
            analyzer.setJar(classes);
            analyzer.setProperty("Bundle-SymbolicName", "baseline");
            analyzer.setProperty("Export-Package", name);
            analyzer.getJar().setManifest(analyzer.calcManifest());
            Tree found = new DiffPluginImpl().tree(analyzer).get("<api>").get(name);
            if (found == null) {
                throw new IllegalArgumentException(classes + " has no package " + name);
            }
            Tree.Data data = found.serialize();
            Version version = Version.parseVersion(Arrays.stream(data.children)
                    .filter(child -> child.type == Type.VERSION)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(name + " has no @Version"))
                    .name);
            prune(data, loader);
            return new Api(version, new DiffPluginImpl().deserialize(data));
        }
    }

    /** Takes out what is the platform's: what a type inherits from it differs between its versions. */
    private static void prune(Tree.Data data, ClassLoader loader) throws ClassNotFoundException {
        List<Tree.Data> kept = new ArrayList<>();
        for (Tree.Data child : data.children) {
            if (child.type == Type.VERSION) {
                continue;
            }
            Set<String> own = ownMembers(Class.forName(child.name, false, loader));
            child.children = Arrays.stream(child.children)
                    .filter(member -> member.type != Type.METHOD || own.contains(member.name))
                    .toArray(Tree.Data[]::new);
            kept.add(child);
        }
        data.children = kept.toArray(Tree.Data[]::new);
    }

    /** The signatures that a type or what it extends declares, without the platform's types. */
    private static Set<String> ownMembers(Class<?> type) {
        Set<String> own = new HashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(List.of(type));
        while (!open.isEmpty()) {
            Class<?> next = open.pop();
            if (next.getName().startsWith("java.")) {
                continue;
            }
            List<Executable> members = new ArrayList<>(List.of(next.getDeclaredMethods()));
            members.addAll(List.of(next.getDeclaredConstructors()));
            members.forEach(member -> own.add(signature(member)));
            open.addAll(List.of(next.getInterfaces()));
            if (next.getSuperclass() != null) {
                open.add(next.getSuperclass());
            }
        }
        return own;
    }

    private static String signature(Executable member) {
        String name = member instanceof Constructor ? "<init>" : member.getName();
        return name
                + Arrays.stream(member.getParameterTypes())
                        .map(Class::getTypeName)
                        .collect(Collectors.joining(",", "(", ")"));
    }

    /** A line for the version, then one for each element, deeper by a space than what it belongs to. */
    String write() {
        StringBuilder text = new StringBuilder(version.toString()).append('\n');
        write(tree.serialize(), "", text);
        return text.toString();
    }

    private static void write(Tree.Data data, String indent, StringBuilder text) {
        String name = data.name.replace("\\", "\\\\").replace("\n", "\\n");
        text.append(indent)
                .append(String.join(" ", data.type.name(), data.add.name(), data.rem.name(), name))
                .append('\n');
        for (Tree.Data child : data.children) {
            write(child, indent + INDENT, text);
        }
    }

    /** Reads what {@link #write} wrote. */
    static Api parse(String text) throws Exception {
        List<String> lines = text.lines().toList();
        int[] next = {1};
        Tree.Data root = parse(lines, next, 0);
        return new Api(Version.parseVersion(lines.get(0)), new DiffPluginImpl().deserialize(root));
    }

    private static Tree.Data parse(List<String> lines, int[] next, int depth) {
        String[] words = lines.get(next[0]++).substring(depth).split(" ", 4);
        Tree.Data data = new Tree.Data();
        data.type = Type.valueOf(words[0]);
        data.add = Delta.valueOf(words[1]);
        data.rem = Delta.valueOf(words[2]);
        data.name = words[3].replace("\\n", "\n").replace("\\\\", "\\");
        List<Tree.Data> children = new ArrayList<>();
        String deeper = INDENT.repeat(depth + 1);
        while (next[0] < lines.size() && lines.get(next[0]).startsWith(deeper)) {
            children.add(parse(lines, next, depth + 1));
        }
        data.children = children.toArray(Tree.Data[]::new);
        return data;
    }
}
