package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The places of the file system that belong to the supervisor: where it is installed, its deploy folder, caches, control
 * sockets. No sandbox may write there, whatever its profile grants, because who changes the supervisor is free. Immutable.
 */
public final class Premises {

    private final List<Path> places;

    /** Those of {@code places} that exist, with symbolic links resolved. */
    public Premises(List<Path> places) {
        this.places =
                places.stream().map(Premises::real).flatMap(Optional::stream).toList();
    }

    /** The places. */
    public List<Path> places() {
        return places;
    }

    /** A place that lies in {@code path} or in which {@code path} lies. */
    Optional<Path> touchedBy(Path path) {
        return places.stream()
                .filter(place -> place.startsWith(path) || path.startsWith(place))
                .findFirst();
    }

    /** Whether {@code path} is a place or lies in one. */
    boolean contain(Path path) {
        return places.stream().anyMatch(path::startsWith);
    }

    private static Optional<Path> real(Path place) {
        try {
            return Files.exists(place) ? Optional.of(place.toRealPath()) : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("cannot resolve " + place + ", which belongs to the supervisor", e);
        }
    }
}
