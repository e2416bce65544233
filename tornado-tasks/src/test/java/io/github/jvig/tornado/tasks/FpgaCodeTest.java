package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.tornado.TornadoJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the OpenCL code that TornadoVM generates for FPGAs from whole nets, for a virtual device in a separate JVM. Nothing runs. */
class FpgaCodeTest {
    private static final String SINGLE_WORK_ITEM = "__attribute__((reqd_work_group_size(1, 1, 1)))";
    private static final Pattern KERNEL = Pattern.compile("([^\\n]*)\\n__kernel void (\\w+)\\((.*?)\\}  //  kernel",
            Pattern.DOTALL);
    private static final String DEVICE = """
            {
              "deviceName" : "virtual",
              "doubleFPSupport" : false,
              "maxWorkItemSizes" : [64, 1, 1],
              "deviceAddressBits" : 64,
              "deviceType" : "CL_DEVICE_TYPE_ACCELERATOR",
              "deviceExtensions" : "none",
              "availableProcessors" : 1
            }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"an FPGA of Intel's,small", "Xilinx,small", "Xilinx,small_sized", "an FPGA of Intel's,mobilevig_ti"})
    void everyStepIsAPipelineOfOneWorkItem(String platform, String net) throws Exception {
        String printed = run(platform, net);
        assertTrue(printed.lines().anyMatch("device ACCELERATOR"::equals), printed);
        List<String> tasks = printed.lines().filter(line -> line.startsWith("task ")).map(FpgaCodeTest::method)
                .toList();
        List<String> compiled = new ArrayList<>();
        Map<String, String> codes = new HashMap<>();
        var kernels = KERNEL.matcher(printed);
        while (kernels.find()) {
            String method = kernels.group(2);
            String code = kernels.group(3);
            compiled.add(method);
            assertEquals(SINGLE_WORK_ITEM, kernels.group(1).strip(), method);
            assertEquals(codes.computeIfAbsent(method, _ -> code), code, method + " is not one and the same circuit");
        }
        // TornadoVM compiles for FPGAs ahead of the run, and again if it finds no binary.
        assertEquals(0, compiled.size() % tasks.size(), compiled.size() + " kernels for " + tasks.size() + " tasks");
        for (int i = 0; i < compiled.size(); i++) {
            assertEquals(tasks.get(i % tasks.size()), compiled.get(i), "task " + i);
        }
        assertTrue(compiled.size() >= tasks.size(), printed);
        codes.forEach(FpgaCodeTest::check);
    }

    private static void check(String method, String code) {
        assertEquals(count(code, '{') - 1, count(code, '}'), "braces of " + method);
        for (String wrong : List.of("float16", "vload", "barrier", "__local float", "get_global_id", "double", "unroll",
                "xcl_")) {
            assertFalse(code.contains(wrong), method + " has " + wrong);
        }
        assertTrue(count(code, "for(;") >= 2, method + " has no loop over images and outputs");
    }

    private static int count(String text, char c) {
        return (int) text.chars().filter(each -> each == c).count();
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    /**
     * The name of the method, {@code "pipelinedMaxRelative"} for {@code "task f32-max-relative-pipelined"}. A window in the id is not part of
     * it: {@code f32-conv2d-pipelined} and {@code f32-conv2d-1x1-pipelined} are one circuit.
     */
    private static String method(String line) {
        return "pipelined" + Arrays.stream(line.split("-")).skip(1)
                .filter(word -> !word.equals("pipelined") && !word.matches("\\d+x\\d+"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1)).collect(Collectors.joining());
    }

    private String run(String platform, String net) throws IOException, InterruptedException {
        Path device = Files.writeString(folder.resolve("device.json"), DEVICE);
        String driver = "tornado.drivers.opencl/uk.ac.manchester.tornado.drivers.opencl";
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.addAll(List.of("--add-opens", driver + "=ALL-UNNAMED", "--add-opens", driver + ".virtual=ALL-UNNAMED",
                "-Dtornado.virtual.device=True", "-Dtornado.device.desc=" + device, "-Dtornado.printKernel=True"));
        return TornadoJvm.print(Map.of(), options, VirtualFpga.class, platform, net);
    }
}
