package org.sluice.target.stub;

import com.sun.jna.Native;
import java.util.HexFormat;
import org.sluice.linux.Block;
import org.sluice.linux.Pages;

/**
 * The machine code that runs {@link Steps}. It touches no memory but the steps and what they point to, uses no stack but
 * for the return, and makes no call but theirs; so a child that shares this process's memory runs it safely.
 *
 * <p>The bytes are the assembly beside them; a test assembles it again and compares. Thread-safe.
 */
public final class Stub {

    /**
     * <pre>
     * stub:   push  %rbx                  # the only register that a caller wants back
     *         mov   %rdi, %rbx            # the step
     * step:   mov   (%rbx), %rax
     *         mov   8(%rbx), %rdi
     *         mov   16(%rbx), %rsi
     *         test  %rax, %rax
     *         js    pseudo
     *         mov   24(%rbx), %rdx
     *         mov   32(%rbx), %r10
     *         mov   40(%rbx), %r8
     *         mov   48(%rbx), %r9
     *         syscall
     *         mov   56(%rbx), %rcx        # where the result is stored
     *         mov   %rax, (%rcx)
     *         jmp   judge
     * pseudo: cmp   $-1, %rax
     *         je    done
     *         mov   (%rdi), %rax          # a test: no call, a word from memory
     *         and   %rsi, %rax
     * judge:  mov   64(%rbx), %rcx
     *         cmp   $-4095, %rax
     *         jae   take                  # an error
     *         mov   80(%rbx), %rcx
     *         cmp   72(%rbx), %rax
     *         je    take                  # the value
     *         mov   88(%rbx), %rcx        # neither
     * take:   add   $104, %rbx
     *         test  %rcx, %rcx
     *         jz    step                  # no place given: the next step
     *         mov   %rcx, %rbx
     *         jmp   step
     * done:   pop   %rbx
     *         ret
     * </pre>
     */
    static final String X86_64 =
            "534889fb488b03488b7b08488b73104885c0781b488b53184c8b53204c8b43284c8b4b300f05488b4b38488901eb0c4883f8ff742e488b074821f0488b4b40483d01f0ffff730e488b4b50483b43487404488b4b584883c3684885c974a64889cbeba15bc3";

    /**
     * Assembled, but never run by those who wrote it.
     *
     * <pre>
     * stub:   mov   x9, x0
     * step:   ldr   x8, [x9]
     *         ldp   x0, x1, [x9, #8]
     *         tbnz  x8, #63, pseudo
     *         ldp   x2, x3, [x9, #24]
     *         ldp   x4, x5, [x9, #40]
     *         svc   #0
     *         ldr   x10, [x9, #56]
     *         str   x0, [x10]
     *         b     judge
     * pseudo: cmn   x8, #1
     *         b.eq  done
     *         ldr   x0, [x0]
     *         and   x0, x0, x1
     * judge:  ldr   x10, [x9, #64]
     *         cmn   x0, #4095
     *         b.hs  take
     *         ldp   x11, x10, [x9, #72]
     *         cmp   x0, x11
     *         b.eq  take
     *         ldr   x10, [x9, #88]
     * take:   add   x9, x9, #104
     *         cbz   x10, step
     *         mov   x9, x10
     *         b     step
     * done:   ret
     * </pre>
     */
    static final String AARCH64 =
            "e90300aa280140f9208540a9e800f8b7228d41a9249542a9010000d42a1d40f9400100f9050000141f0500b1c0010054000040f90000018a2a2140f91ffc3fb1a20000542ba944a91f000beb400000542a2d40f929a101916afdffb4e9030aaae9ffff17c0035fd6";

    private static final long CODE = load();

    /** What {@link #bsearch} is given to search in: one element that it passes to the stub, which ignores it. */
    private static final Block ELEMENT = Block.allocate(8);

    static {
        Native.register(Stub.class, "c");
    }

    private Stub() {}

    /**
     * Runs a program on the calling thread until its {@link Steps#end}. The program sees to it that no signal handler
     * can run while signals are blocked: block and restore them inside the program, never from Java.
     */
    public static void run(Steps steps) {
        bsearch(steps.address(), ELEMENT.address(), 1, ELEMENT.size(), CODE);
    }

    /**
     * bsearch(3) in an array of one element: the C library calls {@code code} once with {@code key}. JNA's direct mapping
     * calls named functions only, and its way of calling an address costs several times as much.
     */
    private static native long bsearch(long key, long base, long count, long size, long code);

    private static long load() {
        String architecture = System.getProperty("os.arch");
        String code =
                switch (architecture) {
                    case "amd64" -> X86_64;
                    case "aarch64" -> AARCH64;
                    default ->
                        throw new IllegalStateException("there is no stub for " + architecture
                                + "; Sluice runs on amd64 and, untested, on aarch64");
                };
        byte[] bytes = HexFormat.of().parseHex(code);
        Pages pages = Pages.map(4096);
        pages.buffer().put(0, bytes);
        pages.seal();
        return pages.address();
    }
}
