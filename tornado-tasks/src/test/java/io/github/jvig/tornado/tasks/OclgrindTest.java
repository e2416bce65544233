package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jvig.tornado.FirstDevice;
import io.github.jvig.tornado.TornadoJvm;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The kernels for GPUs on Oclgrind, which simulates an OpenCL device and reports races and accesses outside of
 * arrays. (Its third check, of values that were never written, knows too few instructions in version 21.10.) A simulator is slow: about a minute of an idle processor. Left out where there is no Oclgrind.
 *
 * <p>TornadoVM ignores devices of several types, as Oclgrind's is. So a JVM is started whose TornadoVM takes every device for a GPU.
 */
class OclgrindTest {
    private static final String TYPES = "uk/ac/manchester/tornado/drivers/opencl/enums/OCLDeviceType";

    @TempDir
    private Path folder;

    @Test
    void noRaceAndNoAccessOutsideOfArrays() throws Exception {
        assertEquals("", log(SmallNetCheck.class));
    }

    /** What the other test relies on. */
    @Test
    void raceIsReported() throws Exception {
        String log = log(Race.class);
        assertTrue(log.toLowerCase(Locale.ROOT).contains("data race"), log);
    }

    /** What Oclgrind reports of a main class that runs on its device. */
    private String log(Class<?> main) throws Exception {
        Path library = library();
        assumeTrue(library != null, "no Oclgrind (liboclgrind-rt-icd.so); nothing checked");
        assumeTrue(TornadoJvm.HOME != null && jar() != null, "no SDK with TornadoVM's OpenCL backend");
        Path log = folder.resolve("oclgrind.log");
        List<String> options = new ArrayList<>(TornadoJvm.tornado());
        options.add("--patch-module=tornado.drivers.opencl=" + patch());
        Files.writeString(folder.resolve("oclgrind.icd"), library + "\n");
        String printed = TornadoJvm.print(
                Map.of("OCL_ICD_VENDORS", folder.toString(), "OCLGRIND_DATA_RACES", "1",
                        "OCLGRIND_LOG", log.toString()),
                options, main);
        assertTrue(printed.contains("on Oclgrind Simulator"), printed);
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private static Path library() throws IOException {
        for (String root : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib")) {
            if (Files.isDirectory(Path.of(root))) {
                try (Stream<Path> files = Files.find(Path.of(root), 3,
                        (file, _) -> file.endsWith("liboclgrind-rt-icd.so"))) {
                    Path found = files.findFirst().orElse(null);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return null;
    }

    /** The backend's classes; null if the SDK has no such backend. */
    private static File jar() {
        File[] found = new File(TornadoJvm.HOME, "share/java/tornado")
                .listFiles((_, name) -> name.matches("tornado-drivers-opencl-\\d.*\\.jar"));
        return found == null || found.length == 0 ? null : found[0];
    }

    /** A folder with TornadoVM's class of device types, changed so that every number is that of a GPU. */
    private Path patch() throws IOException {
        ClassFile file = ClassFile.of();
        try (JarFile jar = new JarFile(jar())) {
            var types = file.parse(jar.getInputStream(jar.getEntry(TYPES + ".class")).readAllBytes());
            ClassDesc self = types.thisClass().asSymbol();
            CodeTransform gpu = (code, element) -> {
                if (element instanceof ReturnInstruction) {
                    code.pop().getstatic(self, "CL_DEVICE_TYPE_GPU", self);
                }
                code.with(element);
            };
            byte[] changed = file.transformClass(types, ClassTransform.transformingMethodBodies(
                    method -> method.methodName().equalsString("toDeviceType"), gpu));
            Path to = folder.resolve("patch").resolve(TYPES + ".class");
            Files.createDirectories(to.getParent());
            Files.write(to, changed);
        }
        return folder.resolve("patch");
    }

    /** A kernel whose work items all write to the same place. */
    static final class Race {
        private Race() {
        }

        static void write(KernelContext context, FloatArray values) {
            values.set(0, context.globalIdx);
        }

        public static void main(String[] args) throws TornadoExecutionPlanException {
            var device = FirstDevice.get();
            FloatArray values = new FloatArray(4);
            TaskGraph graph = new TaskGraph("race").transferToDevice(DataTransferMode.EVERY_EXECUTION, values)
                    .task("t", Race::write, new KernelContext(), values)
                    .transferToHost(DataTransferMode.EVERY_EXECUTION, values);
            WorkerGrid1D grid = new WorkerGrid1D(8);
            grid.setLocalWork(4, 1, 1);
            try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.withGridScheduler(new GridScheduler("race.t", grid)).execute();
            }
            System.out.println("a race on " + device.getPhysicalDevice().getDeviceName() + ": " + values.get(0));
        }
    }
}
