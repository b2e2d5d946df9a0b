/**
 * Attacks from inside a sandbox, on the real kernel, and where each of the design's ten invariants is attacked:
 *
 * <ol>
 *   <li><b>Read once.</b> {@link org.sluice.core.attack.RaceTest} (the address changes while it is judged),
 *       {@link org.sluice.core.attack.InvariantTest#everyHandlerSeesTheSameCopy}, {@code TargetMemoryTest}.
 *   <li><b>No continue after a look.</b> {@code DispatchTest} (nobody can make up a continued call, a decider sees no
 *       result), {@code RegistryTest.registersAloneNeedNoCopy}, {@link org.sluice.core.attack.CulpritTest} (a verdict of a
 *       handler's own making), {@link org.sluice.core.attack.InstructionsRaceTest} (nothing that reads is left to the kernel
 *       where the kernel cannot tell).
 *   <li><b>Fail closed.</b> {@link org.sluice.core.attack.CulpritTest}, {@link org.sluice.core.attack.KillTest},
 *       {@link org.sluice.core.attack.InvariantTest#unreadableMemoryIsAnErrno}.
 *   <li><b>No lost call.</b> {@code SwapTest}, {@code DepartureTest}, {@code DeployedHandlerIT}.
 *   <li><b>State outlives code.</b> {@code StateStoreTest}, {@code RegistryTest} (migration), {@code chain.LeakTest} (class
 *       loaders).
 *   <li><b>Isolation.</b> {@link org.sluice.core.attack.CulpritTest}, {@code IsolationTest}.
 *   <li><b>What the kernel enforces for the target.</b> {@code UnixCallsTest} (umask, directory, capabilities, domain),
 *       {@code SocketCallsTest} (non-blocking, signals), {@link org.sluice.core.attack.HostileTest} (bind on the premises).
 *   <li><b>Kernel identity.</b> {@link org.sluice.core.attack.RaceTest} (a descriptor's number is used again, dup2),
 *       {@link org.sluice.core.attack.ProtectRaceTest} (links, mounts, renames from outside),
 *       {@code PinnedSocketTest}, {@code PidfdsTest}.
 *   <li><b>Pay only for what is asked.</b> {@link org.sluice.core.attack.InvariantTest#callsThatNobodyAskedForAreNative},
 *       {@code TrapSetTest}.
 *   <li><b>A target cannot reach its supervisor.</b> {@link org.sluice.core.attack.HostileTest},
 *       {@link org.sluice.core.attack.InvariantTest#aGrantOnThePremisesStopsTheRun}.
 * </ol>
 */
package org.sluice.core.attack;
