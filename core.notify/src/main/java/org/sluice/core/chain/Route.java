package org.sluice.core.chain;

import java.util.List;

/** The seats that one system call passes, in order. Immutable. */
final class Route {

    private final Seat[] seats;

    Route(List<Seat> seats) {
        this.seats = seats.toArray(new Seat[0]);
    }

    int length() {
        return seats.length;
    }

    Seat seat(int index) {
        return seats[index];
    }
}
