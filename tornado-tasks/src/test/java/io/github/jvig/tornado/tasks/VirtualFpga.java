package io.github.jvig.tornado.tasks;

import io.github.jvig.model.Models;
import io.github.jvig.model.Seeded;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.graph.Passes;
import io.github.jvig.model.device.Precision;
import io.github.jvig.tornado.FirstDevice;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * The main class of a JVM in which TornadoVM has a virtual device: it compiles for the device but runs nothing on it. Prints the type of the
 * device and one line for each task with the kernel that was chosen; TornadoVM prints the OpenCL code of each.
 *
 * <p>TornadoVM recognizes FPGAs by the name of their platform, and names its virtual platform after its class. So a class whose platform
 * has another name is created here.
 */
final class VirtualFpga {
    private static final String DRIVER = "uk.ac.manchester.tornado.drivers.opencl.";

    private VirtualFpga() {
    }

    /** @param args name of the platform, name of the net, and the precision if it is not single */
    public static void main(String[] args) throws Exception {
        FirstDevice.setUp();
        namePlatform(args[0]);
        TornadoDevice device = FirstDevice.get();
        System.out.println("device " + device.getDeviceType());
        int size = args[1].startsWith("small") ? 26 : 224;
        Graph graph = switch (args[1]) {
            case "small" -> SmallNets.oneOfEverything(size / 2, size / 2, 1);
            case "small_sized" -> SmallNets.oneOfEachSized(size / 2, size / 2, 1);
            default -> Passes.optimize(Models.info(args[1]).net().build(Seeded.parameters()));
        };
        NetLayout layout = new NetLayout(graph, size, size, DeviceKernels.of(device.getDeviceType(),
                args.length > 2 ? Precision.named(args[2]) : Precision.SINGLE, false));
        layout.upload().ifPresent(
                upload -> upload.phases().forEach(_ -> System.out.println("task " + upload.kernel())));
        layout.steps().forEach(step -> step.launch().phases().forEach(phase -> System.out.println(
                "task " + step.launch().kernel() + (phase.name().isEmpty() ? "" : "-" + phase.name()))));
        layout.downloads().forEach(download -> System.out.println("task " + download.kernel()));
        NetTasks tasks = new NetTasks(layout, 1, device, NetTasks.MAX_TASKS_PER_GRAPH);
        tasks.run(new float[layout.input().length()], 0, 1,
                layout.outputs().stream().map(port -> new float[port.length()]).toArray(float[][]::new));
    }

    /** Replaces TornadoVM's virtual platform by one of this name. */
    private static void namePlatform(String name) throws ReflectiveOperationException {
        Class<?> platform = Class.forName(DRIVER + "virtual.VirtualOCLPlatform");
        Class<?> descriptor = Class.forName(DRIVER + "virtual.VirtualDeviceDescriptor");
        ClassDesc parent = ClassDesc.of(platform.getName());
        MethodTypeDesc constructor = MethodTypeDesc.of(ConstantDescs.CD_void, ClassDesc.of(descriptor.getName()));
        byte[] named = ClassFile.of().build(ClassDesc.of(DRIVER + "virtual.Named"), builder -> builder
                .withSuperclass(parent)
                .withMethodBody("<init>", constructor, ClassFile.ACC_PUBLIC,
                        code -> code.aload(0).aload(1).invokespecial(parent, "<init>", constructor).return_())
                .withMethodBody("getName", MethodTypeDesc.of(ConstantDescs.CD_String), ClassFile.ACC_PUBLIC,
                        code -> code.loadConstant(name).areturn()));
        Object device = Class.forName(DRIVER + "virtual.VirtualJSONParser").getMethod("getDeviceDescriptor")
                .invoke(null);
        var constructed = MethodHandles.privateLookupIn(platform, MethodHandles.lookup()).defineClass(named)
                .getDeclaredConstructor(descriptor);
        constructed.setAccessible(true);
        Field platforms = Class.forName(DRIVER + "OpenCL").getDeclaredField("platforms");
        platforms.setAccessible(true);
        replaceFirst((List<?>) platforms.get(null), constructed.newInstance(device));
    }

    @SuppressWarnings("unchecked")
    private static void replaceFirst(List<?> list, Object element) {
        ((List<Object>) list).set(0, element);
    }
}
