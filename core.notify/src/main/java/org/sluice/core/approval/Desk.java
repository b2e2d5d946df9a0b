package org.sluice.core.approval;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.Approvals;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

/** Where questions lie until somebody at the shell answers them. Thread-safe. */
final class Desk implements ApprovalBackend, Approvals {

    private final Map<Long, Open> open = new ConcurrentSkipListMap<>();
    private final BiConsumer<String, String> told;

    private record Open(ApprovalRequest request, CompletableFuture<Answer> answer) {}

    /**
     * An empty one.
     *
     * @param told called with a sandbox's name and a line for the person who runs it
     */
    Desk(BiConsumer<String, String> told) {
        this.told = told;
    }

    @Override
    public Answer ask(ApprovalRequest request) throws InterruptedException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        open.put(request.id(), new Open(request, answer));
        try {
            // A thread's name is bytes in a text; escaped as a path is.
            told.accept(
                    request.sandbox(),
                    Bytes.utf8(request.command()) + " (" + request.pid() + ") asks to " + request.access() + " "
                            + request.path() + "; in the supervisor's shell: sluice:approve " + request.id()
                            + ", or sluice:reject " + request.id());
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the answer failed", e);
        } finally {
            open.remove(request.id());
        }
    }

    @Override
    public List<ApprovalRequest> waiting() {
        return open.values().stream().map(Open::request).toList();
    }

    @Override
    public void answer(long id, Answer answer) {
        @Nullable Open question = open.remove(id);
        if (question == null) {
            throw new IllegalArgumentException("no question " + id + " waits; sluice:approvals lists those that do");
        }
        question.answer().complete(answer);
    }
}
