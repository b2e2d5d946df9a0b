package org.sluice.core.call;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.sluice.bpf.Listener;
import org.sluice.core.approval.SandboxApprovals;
import org.sluice.core.chain.Continued;
import org.sluice.core.chain.SandboxChain;
import org.sluice.core.chain.Terminal;
import org.sluice.core.pump.Intake;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.Verdict;
import org.sluice.policy.FileGrants;
import org.sluice.target.BindMap;
import org.sluice.target.FileCalls;
import org.sluice.target.Interruptions;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PathWalker;
import org.sluice.target.Peers;
import org.sluice.target.Pidfds;
import org.sluice.target.PinnedSocket;
import org.sluice.target.PrivatePlaces;
import org.sluice.target.ProtectedPlaces;
import org.sluice.target.SendCalls;
import org.sluice.target.SocketCalls;
import org.sluice.target.TargetMemory;
import org.sluice.target.TargetRights;
import org.sluice.target.UnixCalls;
import org.sluice.target.UnixTable;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.VirtualNetwork;
import org.sluice.target.net.synthetic.SyntheticNetwork;

/** What one sandbox needs to take calls in, to perform them and to answer them. Owns its pidfds. Thread-safe. */
public final class Calls implements AutoCloseable {

    private static final int PIDFDS = 128;
    private static final int NAMES = 4096;
    private static final int PEERS = 1024;
    private static final List<Bytes> PROC_AND_SYS = List.of(Bytes.utf8("/proc"), Bytes.utf8("/sys"));

    private final Pidfds pidfds = new Pidfds(PIDFDS);
    private final TargetMemory memory = new TargetMemory();
    private final Peers peers;
    private final Resolver resolver;
    private final Kinds kinds;
    private final Recorder recorder;
    private final Optional<PrivateAnswers> privately;
    private final Consumer<PinnedSocket> recognise;

    /**
     * The calls of one sandbox.
     *
     * @param inside whether a process, by its pid, is one of the sandbox
     * @param ruleset the Landlock ruleset that the sandbox is under
     * @param rights of the sandbox's targets
     * @param network the private network of the sandbox; stays the caller's
     * @param premises the supervisors' own places, whose sockets no target reaches
     * @param beforeBlocking called on the thread of a call that may block for long
     * @param files which files may be opened
     * @param hidden which are never opened, by whatever name
     * @param approvals asks somebody about what is not granted; asked for at the first question
     * @param isWithdrawn whether procfs and sysfs are not granted by the kernel but opened here
     * @param hiding from what the processes outside the sandbox are hidden
     * @param places what walks find of the private network, if files are virtual
     * @param interfaces which files tell of the network, and what they tell
     */
    public Calls(
            IntPredicate inside,
            UnixTable table,
            Ports ports,
            Interruptions interruptions,
            int ruleset,
            TargetRights rights,
            Optional<VirtualNetwork> network,
            ProtectedPlaces premises,
            Runnable beforeBlocking,
            FileGrants files,
            ProtectedPlaces hidden,
            Supplier<SandboxApprovals> approvals,
            boolean isWithdrawn,
            Optional<PrivatePlaces> places,
            NetworkFiles interfaces,
            Hiding hiding,
            Recorder recorder) {
        BindMap names = new BindMap(table, NAMES);
        PathWalker walker = new PathWalker(pidfds, inside, places.orElse(null), hiding.hides());
        this.resolver = new WalkingResolver(walker, rights);
        UnixCalls unix = new UnixCalls(names, interruptions);
        this.peers = new Peers(table, PEERS);
        Hands hands = new Hands(
                new SocketCalls(interruptions, ports),
                new SendCalls(interruptions, memory),
                unix,
                names,
                peers,
                interruptions,
                pidfds,
                ruleset,
                rights,
                premises,
                beforeBlocking);
        FileCalls opening = new FileCalls(interruptions, beforeBlocking);
        this.privately = network.map(virtual -> privately(virtual, hands));
        this.recognise = network.filter(SyntheticNetwork.class::isInstance)
                .map(SyntheticNetwork.class::cast)
                .<Consumer<PinnedSocket>>map(synthetic -> synthetic::recognise)
                .orElse(socket -> {});
        this.kinds = new Kinds(
                hands,
                new OpenHands(
                        files.trusted().isPresent() || !hidden.isEmpty() ? walker.tracking() : walker,
                        interfaces,
                        opening,
                        files,
                        hidden,
                        approvals,
                        isWithdrawn,
                        files.servesBelow(PROC_AND_SYS)),
                privately.orElse(null),
                Looks.of(hiding, inside, hands, walker, interfaces));
        this.recorder = recorder;
    }

    private static PrivateAnswers privately(VirtualNetwork network, Hands hands) {
        return network instanceof SyntheticNetwork synthetic
                ? new SyntheticCalls(synthetic, hands)
                : new PrivateCalls((NetworkNamespace) network, hands);
    }

    /** Where the chain ends. */
    public Terminal terminal() {
        return kinds;
    }

    /** What a pump feeds. */
    public Intake intake(Listener listener, SandboxChain chain, Refusals refusals) {
        Answers answers = new Answers(listener, memory, kinds, recorder);
        Copying copying = new Copying(pidfds, memory, listener.fd(), recognise);
        return new Reception(copying, kinds, answers, resolver, call -> {
            Refusals.Judgement judgement = refusals.judge(call.tid(), call.number(), call.registers());
            if (judgement instanceof Refusals.Refused refused) {
                chain.refused(call, verdict(refused));
                answers.refuse(call, refused.result(), refused.denial());
            } else if (judgement instanceof Refusals.Continued) {
                answers.answer(call, Continued.KERNEL);
            } else if (kinds.of(call.number()) instanceof SendmmsgCall) {
                new Series(call, copying, chain::dispatch, answers).run();
            } else {
                chain.dispatch(call, answers);
            }
        });
    }

    private static Verdict verdict(Refusals.Refused refused) {
        int errno = -refused.result();
        return errno == 0
                ? Verdict.value(0)
                : refused.denial().map(denial -> Verdict.deny(denial, errno)).orElseGet(() -> Verdict.failure(errno));
    }

    @Override
    public void close() {
        privately.ifPresent(PrivateAnswers::close);
        pidfds.close();
        peers.close();
    }
}
