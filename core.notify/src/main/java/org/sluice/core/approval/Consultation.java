package org.sluice.core.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.policy.Approvers;

/**
 * Asks those whom a sandbox names, on the calling thread.
 *
 * <ul>
 *   <li>One: what it answers, counts.
 *   <li>All of several: one after another until one says no; of several kinds of yes the least counts.
 *   <li>Any of several: all at the same time; the first yes counts, and so does a no for good. Where all say no or fail, the
 *       answer is no for this once.
 * </ul>
 */
final class Consultation {

    private final Approvers approvers;
    private final Backends backends;

    Consultation(Approvers approvers, Backends backends) {
        this.approvers = approvers;
        this.backends = backends;
    }

    /**
     * Asks.
     *
     * @throws IllegalStateException if nobody answered; the message is a short phrase
     */
    Answer ask(ApprovalRequest request) throws InterruptedException {
        List<String> names = approvers.names();
        if (names.size() == 1) {
            return backends.ask(names.get(0), request);
        }
        return approvers.all() ? all(names, request) : any(names, request);
    }

    private Answer all(List<String> names, ApprovalRequest request) throws InterruptedException {
        Answer least = Answer.ALWAYS;
        for (String name : names) {
            Answer answer = backends.ask(name, request);
            if (!answer.approves()) {
                return answer;
            }
            least = answer.compareTo(least) < 0 ? answer : least;
        }
        return least;
    }

    private record Said(@Nullable Answer answer, Optional<RuntimeException> failure) {}

    private Answer any(List<String> names, ApprovalRequest request) throws InterruptedException {
        BlockingQueue<Said> said = new LinkedBlockingQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (String name : names) {
            Thread thread = new Thread(
                    () -> said.add(ask(name, request)), Thread.currentThread().getName() + "-" + name);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            return first(said, names.size());
        } finally {
            letGo(threads);
        }
    }

    private Said ask(String name, ApprovalRequest request) {
        try {
            return new Said(backends.ask(name, request), Optional.empty());
        } catch (InterruptedException e) {
            // Nobody waits for this one any more.
            return new Said(Answer.DENY, Optional.empty());
        } catch (RuntimeException e) {
            return new Said(null, Optional.of(e));
        }
    }

    private static Answer first(BlockingQueue<Said> said, int count) throws InterruptedException {
        RuntimeException failure = null;
        for (int i = 0; i < count; i++) {
            Said next = said.take();
            Answer answer = next.answer();
            if (answer != null && answer != Answer.DENY) {
                return answer;
            }
            failure = next.failure().orElse(failure);
        }
        if (failure != null) {
            throw failure;
        }
        return Answer.DENY;
    }

    /** The others give up what they were asking before this one goes on. */
    private static void letGo(List<Thread> threads) throws InterruptedException {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
