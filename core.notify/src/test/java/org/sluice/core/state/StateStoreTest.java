package org.sluice.core.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateStoreTest {

    private final StateStore store = new StateStore();
    private final HandlerState state = store.open("bind", 1);

    static List<Object> kept() {
        return List.of(
                "text",
                1,
                2L,
                (short) 3,
                (byte) 4,
                5.0,
                6f,
                'c',
                true,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                List.of(1, "a"),
                Set.of(2L),
                Map.of("k", List.of(Map.of(1, Instant.EPOCH))));
    }

    static List<Object> refused() {
        return List.of(
                new Object(),
                new java.util.BitSet(),
                new int[1],
                Optional.empty(),
                Thread.currentThread(),
                List.of(new Object()),
                Map.of(new Object(), 1),
                Thread.State.NEW);
    }

    @ParameterizedTest
    @MethodSource("kept")
    void valueComesBackEqual(Object value) {
        assertEquals(value, state.update("k", old -> value));
        assertEquals(value, state.get("k", Object.class).orElseThrow());
        assertEquals(Map.of("k", value), state.snapshot());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void otherTypesAreRefused(Object value) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> state.update("k", old -> value))
                        .getMessage());
        assertTrue(message.startsWith("state k: a value of "), message);
        assertEquals(Map.of(), state.snapshot());
    }

    @Test
    void nothingIsSharedWithTheHandler() {
        byte[] bytes = {1};
        List<Object> list = new ArrayList<>(List.of("a", bytes));
        state.update("k", old -> list);
        list.add("b");
        bytes[0] = 2;

        List<?> first = state.get("k", List.class).orElseThrow();
        assertEquals(2, first.size());
        byte[] copy = (byte[]) first.get(1);
        assertArrayEquals(new byte[] {1}, copy);
        copy[0] = 3;
        assertArrayEquals(new byte[] {1}, (byte[])
                state.get("k", List.class).orElseThrow().get(1));
        assertThrows(UnsupportedOperationException.class, () -> first.remove(0));
    }

    @Test
    void changeSeesTheOldValueAndNullRemoves() {
        state.update("k", old -> 1);
        assertEquals(2, state.update("k", old -> (Integer) old + 1));
        assertNull(state.update("k", old -> null));
        assertEquals(Optional.empty(), state.get("k", Integer.class));
    }

    @Test
    void wrongTypeIsNamed() {
        state.update("k", old -> 1);
        assertEquals(
                "state k of handler bind is a java.lang.Integer, not a java.lang.String",
                assertThrows(ClassCastException.class, () -> state.get("k", String.class))
                        .getMessage());
    }

    @Test
    void stateIsBounded() {
        byte[] half = new byte[1 << 19];
        state.update("a", old -> half);
        assertThrows(IllegalStateException.class, () -> state.update("b", old -> half));
        state.update("a", old -> null);
        state.update("b", old -> half);
        assertEquals(Set.of("b"), state.snapshot().keySet());
    }

    @Test
    void nestingHasAnEnd() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertEquals(
                "state k: nested more than 32 deep",
                assertThrows(IllegalArgumentException.class, () -> state.update("k", old -> endless))
                        .getMessage());
    }

    @Test
    void updatesOfManyThreadsAllCount() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    state.update("n", old -> old == null ? 1 : (Integer) old + 1);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4000, state.get("n", Integer.class).orElseThrow());
    }

    @Test
    void migrationClosesTheOldSchema() {
        state.update("k", old -> 1);
        assertTrue(store.needsMigration("bind", 2));

        store.migrate("bind", 2, (schema, values) -> Map.of("k", schema + "/" + values.get("k")));

        assertFalse(store.needsMigration("bind", 2));
        assertEquals("1/1", store.open("bind", 2).get("k", String.class).orElseThrow());
        assertThrows(IllegalStateException.class, () -> state.update("k", old -> 2));
        assertThrows(IllegalStateException.class, state::snapshot);
    }

    @Test
    void migrationThatFailsChangesNothing() {
        state.update("k", old -> 1);

        assertThrows(
                IllegalArgumentException.class,
                () -> store.migrate("bind", 2, (schema, values) -> Map.of("k", new Object())));

        assertEquals(1, state.get("k", Integer.class).orElseThrow());
    }

    @Test
    void handlersDoNotMeet() {
        store.open("other", 1).update("k", old -> 1);
        assertEquals(Map.of(), state.snapshot());
    }
}
