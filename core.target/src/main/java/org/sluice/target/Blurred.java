package org.sluice.target;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places about which nothing can be concluded any more, because something that happened there is forgotten. Bounded: of
 * too many, all are covered. For one thread at a time.
 */
final class Blurred {

    private static final int CAPACITY = 256;

    private final Set<Place> places = new HashSet<>();

    boolean covers(Place place) {
        return places.size() >= CAPACITY || places.contains(place);
    }

    void add(@Nullable Place place) {
        if (place != null && places.size() < CAPACITY) {
            places.add(place);
        }
    }
}
