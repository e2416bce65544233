package io.github.jvig.kernels;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What HotSpot says of its compilers, as the values of its flags. A JVM of another kind, or a run-time image without the module
 * {@code jdk.management}, says nothing.
 */
final class CompilerFlags {
    private static final int C2_LEVEL = 4;
    /** Options that decide when and how much is compiled: thresholds, inlining, the room for code. Their defaults are right. */
    private static final Pattern HOLDS_BACK = Pattern.compile(
            "-X(batch|comp)|-XX:.*(Compil|Tier|Inlin|CodeCache|OnStackReplacement|NodeLimit|[bB]oxing|VectorStubs).*");

    private final HotSpotDiagnosticMXBean bean;

    private CompilerFlags(HotSpotDiagnosticMXBean bean) {
        this.bean = bean;
    }

    /** The flags of this JVM; empty where it does not tell them. */
    static Optional<CompilerFlags> get() {
        try {
            return Optional.ofNullable(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class))
                    .map(CompilerFlags::new);
        } catch (IllegalArgumentException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** Why vectors would crawl, with a remedy; empty where the flags are no reason to think so. */
    Optional<String> slowVectors() {
        if (value("UseCompiler").equals("false")) {
            return Optional
                    .of(onlyInterprets(value("TieredStopAtLevel").equals("0")
                            ? "-XX:TieredStopAtLevel=0"
                            : "-Xint or -XX:-UseCompiler"));
        }
        String mode = value("CompilationMode");
        if (mode.equals("quick-only")) {
            return Optional.of(c2Off("-XX:CompilationMode=quick-only"));
        }
        String level = value("TieredStopAtLevel");
        if (!level.isEmpty() && !value("TieredCompilation").equals("false") && Integer.parseInt(level) < C2_LEVEL) {
            return Optional
                    .of(c2Off("-XX:TieredStopAtLevel=" + level + ", which Spring Boot's run tasks and IDEs add"));
        }
        if (System.getProperty("java.vm.info", "").contains("emulated-client")) {
            return Optional.of(c2Off("client emulation, as by -XX:+NeverActAsServerClassMachine"));
        }
        // A flag that every C2 has and nothing else.
        if (value("DoEscapeAnalysis").isEmpty() && !usesJvmci()) {
            return Optional.of("this JVM (" + System.getProperty("java.vm.name")
                    + ") was built without the C2 compiler, without which vectors are slower than scalars; use a server VM");
        }
        return value("UseFMA").equals("false") ? Optional.of(noFma()) : Optional.empty();
    }

    static String onlyInterprets(String option) {
        return "this JVM only interprets; start it without " + option;
    }

    private static String c2Off(String why) {
        return "the C2 compiler is switched off (" + why
                + "), without which vectors are slower than scalars; start java without that";
    }

    private String noFma() {
        String without = "there is no fused multiply-add, without which vectors are thousands of times slower";
        if (isSet("UseFMA")) {
            return without + "; start java without -XX:-UseFMA";
        }
        return isSet("UseAVX")
                ? without + "; start java without -XX:UseAVX=" + value("UseAVX")
                : without + ": the processor has none, or a virtual machine or emulator hides it; in a virtual machine"
                        + " choose the host's CPU type (QEMU: -cpu host)";
    }

    /** Whether something is switched that decides if vectors are compiled well, so that only a measurement can tell. */
    boolean inDoubt() {
        return usesJvmci() || value("EnableVectorSupport").equals("false") || value("DoEscapeAnalysis").equals("false")
                || value("EliminateAllocations").equals("false") || value("Inline").equals("false")
                || ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .anyMatch(option -> HOLDS_BACK.matcher(option).matches());
    }

    private boolean usesJvmci() {
        return value("UseJVMCICompiler").equals("true");
    }

    private boolean isSet(String flag) {
        return bean.getVMOption(flag).getOrigin() != VMOption.Origin.DEFAULT
                && bean.getVMOption(flag).getOrigin() != VMOption.Origin.ERGONOMIC;
    }

    /** The value of a flag; empty where this JVM has no such flag, or keeps it locked. */
    private String value(String flag) {
        try {
            return bean.getVMOption(flag).getValue();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
