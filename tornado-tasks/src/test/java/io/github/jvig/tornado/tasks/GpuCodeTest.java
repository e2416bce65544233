package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.tornado.TornadoJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the OpenCL code that TornadoVM generates for GPUs from small nets, for a virtual device in a separate JVM. Nothing runs. */
class GpuCodeTest {
    private static final Pattern KERNEL = Pattern.compile("__kernel void (\\w+)\\((.*?)\\}  //  kernel",
            Pattern.DOTALL);
    static final String DEVICE = """
            {
              "deviceName" : "virtual",
              "doubleFPSupport" : false,
              "maxWorkItemSizes" : [1024, 1024, 64],
              "deviceAddressBits" : 64,
              "deviceType" : "CL_DEVICE_TYPE_GPU",
              "deviceExtensions" : "none",
              "availableProcessors" : 132
            }
            """;

    @TempDir
    private Path folder;

    /** Not all of TornadoVM's backends have vectors of 16, and no GPU has units for them. */
    @ParameterizedTest
    @CsvSource({"small, single", "small, half", "small_sized, single"})
    void noKernelHasVectorsOrDoubles(String net, String precision) throws Exception {
        Path device = Files.writeString(folder.resolve("device.json"), DEVICE);
        String driver = "tornado.drivers.opencl/uk.ac.manchester.tornado.drivers.opencl";
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.addAll(List.of("--add-opens", driver + "=ALL-UNNAMED", "--add-opens", driver + ".virtual=ALL-UNNAMED",
                "-Dtornado.virtual.device=True", "-Dtornado.device.desc=" + device, "-Dtornado.printKernel=True"));
        String printed = TornadoJvm.print(Map.of(), options, VirtualFpga.class, "a maker of GPUs", net, precision);
        assertTrue(printed.lines().anyMatch("device GPU"::equals), printed);
        long tasks = printed.lines().filter(line -> line.startsWith("task ")).count();
        long compiled = 0;
        var kernels = KERNEL.matcher(printed);
        while (kernels.find()) {
            compiled++;
            for (String wrong : List.of("float16", "vload", "vstore", "double")) {
                assertFalse(kernels.group(2).contains(wrong), kernels.group(1) + " has " + wrong);
            }
        }
        assertEquals(tasks, compiled, printed);
        // Products of numbers of half precision would round every one of them.
        assertEquals(precision.equals("half"), printed.contains("convert_float((float) half_"), "half precision");
        assertFalse(Pattern.compile("half_\\d+ *[*+] *half_").matcher(printed).find(), "arithmetic in half precision");
    }
}
