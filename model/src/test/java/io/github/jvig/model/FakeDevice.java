package io.github.jvig.model;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.CompileOptions;
import io.github.jvig.model.device.Device;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import io.github.jvig.model.graph.Graph;
import java.util.List;

/**
 * A device that computes nothing, and keeps count of what is asked of it.
 *
 * @param onRun   what a run does
 * @param onClose what closing does
 */
record FakeDevice(String name, Runnable onRun, Runnable onClose, Count count) implements Device {
    /** How often; and the bytes that its buffers are said to take. */
    static final class Count {
        int compiled;
        int run;
        int closed;
        long bytes;
    }

    FakeDevice(String name, Runnable onRun) {
        this(name, onRun, () -> {});
    }

    FakeDevice(String name, Runnable onRun, Runnable onClose) {
        this(name, onRun, onClose, new Count());
    }

    @Override
    public String description() {
        return "made up";
    }

    @Override
    public Executable compile(Graph graph, CompileOptions options) {
        count.compiled++;
        return new Executable() {
            @Override
            public MapLayout input() {
                return MapLayout.of(options.height(), options.width(), 3);
            }

            @Override
            public List<MapLayout> outputs() {
                return List.of(MapLayout.of(1, 1, 10));
            }

            @Override
            public List<PlanStep> steps() {
                return List.of();
            }

            @Override
            public long workspaceBytes() {
                return count.bytes;
            }

            @Override
            public void run(float[] nchw, int batch, float[][] results) {
                count.run++;
                onRun.run();
            }

            @Override
            public long[] profile(float[] nchw) {
                return new long[0];
            }

            @Override
            public void close() {
                count.closed++;
                onClose.run();
            }
        };
    }
}
