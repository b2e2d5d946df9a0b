package org.sluice.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The framework as the launcher starts it for {@code sluice run}, with all bundles that are not ours, ended at once.
 * Arguments: the folder of an unpacked distribution, an empty folder.
 */
public final class BareFelix {

    private static final int LEVEL = 5;

    private BareFelix() {}

    /** Starts the bundles and ends the process. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Map<String, String> map = new HashMap<>();
        map.put(Constants.FRAMEWORK_STORAGE, arguments[1]);
        map.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        map.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(LEVEL));
        map.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.slf4j;version=2.0.17,org.slf4j;version=1.7.36");
        map.put("felix.cache.locking", "false");
        map.put("felix.log.level", "0");
        map.put("felix.fileinstall.dir", home.resolve("conf") + "," + home.resolve("deploy"));
        map.put("felix.fileinstall.noInitialDelay", "true");
        map.put("felix.fileinstall.log.level", "1");
        map.put("ds.log.level", "1");
        Framework framework = new FrameworkFactory().newFramework(map);
        framework.init();
        for (int level = 1; level <= LEVEL; level++) {
            for (Path jar : jars(home.resolve("bundle").resolve(Integer.toString(level)))) {
                Bundle bundle = framework.getBundleContext().installBundle("reference:file:" + jar);
                bundle.adapt(BundleStartLevel.class).setStartLevel(level);
                bundle.start();
            }
        }
        framework.start();
        if (System.getProperty("sluice.training") == null) {
            Runtime.getRuntime().halt(0);
        }
        System.exit(0);
    }

    private static List<Path> jars(Path folder) throws Exception {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(BareFelix::isForeign).sorted().toList();
        }
    }

    private static boolean isForeign(Path jar) {
        String name = jar.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith("core.") && !name.startsWith("handler.");
    }
}
