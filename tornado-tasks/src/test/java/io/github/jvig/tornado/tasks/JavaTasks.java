package io.github.jvig.tornado.tasks;

import io.github.jvig.tornado.kernels.BufferOffsets;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoTaskGraphInterface;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Runs the tasks of kernels and nets as plain Java, for kernels that no device here can run. Work items run one after the other, or, in a
 * kernel with local memory, as threads that wait for each other at barriers.
 */
final class JavaTasks extends TaskGraph {
    private TaskPackage task;

    private JavaTasks() {
        super("java");
        taskGraphImpl = (TornadoTaskGraphInterface) Proxy.newProxyInstance(JavaTasks.class.getClassLoader(),
                new Class<?>[]{TornadoTaskGraphInterface.class}, (_, method, arguments) -> {
                    if (method.getName().equals("addTask")) {
                        task = (TaskPackage) arguments[0];
                    }
                    return null;
                });
    }

    /** Thrown by a work item that needs the others of its group. */
    private static final class NeedsGroup extends RuntimeException {
        private static final long serialVersionUID = 1;

        NeedsGroup() {
            super("local memory", null, false, false);
        }
    }

    /** What the work items of a group share. */
    private static final class Group {
        private final CyclicBarrier barrier;
        private final List<Object> arrays = new ArrayList<>();
        private final List<TensorWarp> warps;

        Group(int size) {
            barrier = new CyclicBarrier(size);
            warps = IntStream.range(0, size / TensorWarp.LANES).mapToObj(_ -> new TensorWarp()).toList();
        }

        /** @param empty makes an array that holds what local memory holds at first: arbitrary values */
        synchronized Object array(int number, Supplier<Object> empty) {
            while (arrays.size() <= number) {
                arrays.add(empty.get());
            }
            return arrays.get(number);
        }
    }

    /** The context of a work item; of one alone if there is no group. */
    private static final class Context extends KernelContext {
        private static final Field GLOBAL_X = field("globalIdx");
        private static final Field GLOBAL_Y = field("globalIdy");
        private static final Field LOCAL_X = field("localIdx");
        private static final Field GROUP_X = field("groupIdx");
        private final Group group;
        private int allocated;

        Context(Group group) {
            this.group = group;
        }

        private static Field field(String name) {
            try {
                Field field = KernelContext.class.getField(name);
                field.setAccessible(true);
                return field;
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        }

        Context at(int item, int image, int groupSize) throws IllegalAccessException {
            GLOBAL_X.set(this, item);
            GLOBAL_Y.set(this, image);
            LOCAL_X.set(this, item % groupSize);
            GROUP_X.set(this, item / groupSize);
            return this;
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            if (group == null) {
                throw new NeedsGroup();
            }
            return (float[]) group.array(allocated++, () -> {
                float[] array = new float[size];
                Arrays.fill(array, Float.NaN);
                return array;
            });
        }

        @Override
        public int[] allocateIntLocalArray(int size) {
            if (group == null) {
                throw new NeedsGroup();
            }
            return (int[]) group.array(allocated++, () -> {
                int[] array = new int[size];
                Arrays.fill(array, TensorWarp.TWO_NANS);
                return array;
            });
        }

        @Override
        public HalfFloat[] mmaLoadA(int[] tile, int depth, int byteOffset) {
            return TensorWarp.loadA(tile, byteOffset, localIdx % TensorWarp.LANES);
        }

        @Override
        public HalfFloat[] mmaLoadB(int[] tile, int depth, int byteOffset) {
            return TensorWarp.loadB(tile, byteOffset, localIdx % TensorWarp.LANES);
        }

        @Override
        public float[] mma(HalfFloat[] a, HalfFloat[] b, float[] c, MMAShape shape) {
            return group.warps.get(localIdx / TensorWarp.LANES).multiply(a, b, c, localIdx % TensorWarp.LANES);
        }

        @Override
        public void mmaStore(float[] d, FloatArray to, int row, int column, int rowLength) {
            TensorWarp.store(d, to, row, column, rowLength, localIdx % TensorWarp.LANES);
        }

        @Override
        public void localBarrier() {
            try {
                group.barrier.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs all phases of a kernel on a batch. */
    static void run(KernelLaunch launch, int batch, DeviceArrays arrays, BufferOffsets at) throws Exception {
        for (KernelLaunch.Phase phase : launch.phases()) {
            run(phase, batch, arrays, at);
        }
    }

    private static void run(KernelLaunch.Phase phase, int batch, DeviceArrays arrays, BufferOffsets at)
            throws Exception {
        JavaTasks graph = new JavaTasks();
        phase.task().addTo(graph, "task", new KernelContext(), arrays, at);
        Object[] parameters = graph.task.getTaskParameters();
        Object code = parameters[0];
        Method apply = Arrays.stream(code.getClass().getInterfaces()).flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> method.getName().equals("apply")).findFirst().orElseThrow();
        apply.setAccessible(true);
        Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
        if (!phase.hasGrid()) {
            call(code, apply, arguments);
            return;
        }
        boolean grouped = false;
        for (int n = 0; n < batch; n++) {
            for (int first = 0; first < phase.items(); first += phase.group()) {
                if (!grouped) {
                    try {
                        Context context = new Context(null);
                        for (int i = 0; i < phase.group(); i++) {
                            call(code, apply, with(context.at(first + i, n, phase.group()), arguments));
                        }
                    } catch (NeedsGroup e) {
                        grouped = true;
                    }
                }
                if (grouped) {
                    runGroup(code, apply, arguments, first, n, phase.group());
                }
            }
        }
    }

    private static void runGroup(Object code, Method apply, Object[] arguments, int first, int n, int size)
            throws Exception {
        Group group = new Group(size);
        List<Callable<Void>> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Object[] own = with(new Context(group).at(first + i, n, size), arguments);
            items.add(() -> {
                call(code, apply, own);
                return null;
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> item : threads.invokeAll(items)) {
                item.get();
            }
        }
    }

    private static Object[] with(Context context, Object[] arguments) {
        return Arrays.stream(arguments).map(argument -> argument instanceof KernelContext ? context : argument)
                .toArray();
    }

    private static void call(Object code, Method apply, Object[] arguments) throws Exception {
        try {
            apply.invoke(code, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** Runs a whole net on a batch of images {@code [batch][channels][height][width]}; returns its outputs alike. */
    static float[][] run(NetLayout layout, float[] nchw, int batch) throws Exception {
        DeviceArrays arrays = DeviceArrays.of(layout, batch);
        NetLayout.Port in = layout.input();
        for (int i = 0; i < batch * in.length(); i++) {
            arrays.images().set(layout.imageStart() + i, nchw[i]);
        }
        if (layout.upload().isPresent()) {
            run(layout.upload().get(), batch, arrays.withSecond(arrays.images()),
                    new BufferOffsets(layout.image(), List.of(0), 0, in.offset(), in.map().stride(), 0, 0));
        }
        for (NetLayout.PlacedKernel step : layout.steps()) {
            run(step.launch(), batch, arrays, step.offsets());
        }
        float[][] results = new float[layout.outputs().size()][];
        for (int i = 0; i < results.length; i++) {
            NetLayout.Port out = layout.outputs().get(i);
            FloatArray planes = new FloatArray(batch * out.length());
            run(layout.downloads().get(i), batch, arrays.withSecond(planes),
                    new BufferOffsets(layout.image(), List.of(out.offset()), out.map().stride(), 0, 0, 0, 0));
            results[i] = planes.toHeapArray();
        }
        return results;
    }
}
