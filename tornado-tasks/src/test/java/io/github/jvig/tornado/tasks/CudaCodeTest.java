package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jvig.tornado.TornadoJvm;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks the CUDA code that TornadoVM generates from small nets for a virtual GPU in a separate JVM, and compiles it for an H100 if nvcc is
 * there. Nothing runs. Needs an SDK with the CUDA backend: that of TORNADOVM_CUDA_HOME, or of TORNADOVM_HOME.
 */
class CudaCodeTest {
    /** Of a work item, if 1024 of them are to be on a multiprocessor at a time. */
    private static final int REGISTERS_OF_A_TILE = 64;
    private static final Pattern KERNEL = Pattern
            .compile("extern \"C\" __global__ void (\\w+)(\\(.*?\\n\\})  //  kernel", Pattern.DOTALL);
    private static final Pattern COMPILED = Pattern.compile(
            "Compiling entry function '(\\w+)'.*?(\\d+) bytes spill stores, (\\d+) bytes spill loads.*?Used (\\d+) registers",
            Pattern.DOTALL);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"small, single", "small, half", "small_sized, single"})
    void codeCompilesWithoutSpills(String net, String precision) throws Exception {
        check(print(net, precision), precision);
    }

    private void check(String printed, String precision) throws Exception {
        long tasks = printed.lines().filter(line -> line.startsWith("task ")).count();
        int count = 0;
        // Layers may have the same code; each code is compiled once, by a name of its own.
        Map<String, String> names = new LinkedHashMap<>();
        var kernels = KERNEL.matcher(printed);
        while (kernels.find()) {
            count++;
            names.putIfAbsent(kernels.group(2), "k" + names.size() + "_" + kernels.group(1));
        }
        assertEquals(tasks, count, printed);
        names.forEach((code, name) -> {
            for (String wrong : List.of("float16", "vload", "vstore", "double ")) {
                assertFalse(code.contains(wrong), name + " has " + wrong);
            }
        });
        assertEquals(precision.equals("half"),
                names.keySet().stream().anyMatch(code -> code.contains("__half2float(")), "half precision");
        // TornadoVM uploads no array that its first kernel only writes: the zeros at the start of an image's memory would be missing.
        names.forEach((code, name) -> {
            if (name.endsWith("_toHalf")) {
                assertTrue(code.contains("__half2float("), name + " reads nothing");
            }
        });
        compile(names);
    }

    private String print(String net, String precision) throws Exception {
        String home = home();
        assumeTrue(home != null,
                "no SDK with TornadoVM's CUDA backend: TORNADOVM_CUDA_HOME may name one; nothing checked");
        Path device = Files.writeString(folder.resolve("device.json"), GpuCodeTest.DEVICE);
        List<String> options = new ArrayList<>(TornadoJvm.tornado(home));
        options.addAll(List.of("-Dtornado.virtual.device=True", "-Dtornado.device.desc=" + device,
                "-Dtornado.printKernel=True"));
        return TornadoJvm.print(Map.of(), options, CudaCode.class, net, precision);
    }

    private static String home() {
        String own = System.getenv("TORNADOVM_CUDA_HOME");
        String home = own == null ? TornadoJvm.HOME : own;
        String[] jars = new File(home, "share/java/tornado").list();
        return jars != null && Arrays.stream(jars).anyMatch(jar -> jar.startsWith("tornado-drivers-cuda-"))
                ? home
                : null;
    }

    private void compile(Map<String, String> names) throws Exception {
        boolean nvcc = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "nvcc")));
        assumeTrue(nvcc, "nvcc is not on PATH: the CUDA code was generated but not compiled");
        StringBuilder source = new StringBuilder("#include <cuda_fp16.h>\n");
        names.forEach((code, name) -> source.append("extern \"C\" __global__ void ").append(name).append(code)
                .append('\n'));
        Path file = Files.writeString(folder.resolve("kernels.cu"), source);
        Process process = new ProcessBuilder("nvcc", "-arch=sm_90", "-cubin", "-O3", "-Xptxas", "-v", "-o",
                folder.resolve("kernels.cubin").toString(), file.toString()).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        List<String> shared = names.entrySet().stream().filter(entry -> entry.getKey().contains("__shared__"))
                .map(Map.Entry::getValue).toList();
        int compiled = 0;
        var kernels = COMPILED.matcher(printed);
        while (kernels.find()) {
            compiled++;
            assertEquals("0 and 0", kernels.group(2) + " and " + kernels.group(3), kernels.group(1) + " spills");
            if (shared.contains(kernels.group(1))) {
                assertTrue(Integer.parseInt(kernels.group(4)) <= REGISTERS_OF_A_TILE, kernels.group());
            }
        }
        assertEquals(names.size(), compiled, printed);
    }
}
