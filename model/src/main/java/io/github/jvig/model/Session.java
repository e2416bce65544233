package io.github.jvig.model;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.PlanStep;
import java.util.ArrayList;
import java.util.List;

/**
 * A model compiled for one device and one input size, with its threads and buffers. Any number of threads may use a session at a time;
 * results are the same bits for any number of threads. Close it to free its threads.
 */
public final class Session implements AutoCloseable {
    private final ModelInfo info;
    private final DeviceSelector.Selection found;
    private final Executable executable;
    private final List<Integer> strides;

    /** @param strides of the features, which are the executable's outputs behind the logits; empty when there are none */
    Session(ModelInfo info, DeviceSelector.Selection found, List<Integer> strides) {
        this.info = info;
        this.found = found;
        this.executable = found.executable();
        this.strides = List.copyOf(strides);
    }

    /** Name of the model. */
    public String model() {
        return info.name();
    }

    /** What the model is. */
    public ModelInfo info() {
        return info;
    }

    /** Name of the device that it runs on. */
    public String device() {
        return found.device().name();
    }

    /** What was measured on which device, in one line, where the device {@code auto} had several to choose among; else empty. */
    public String deviceChoice() {
        return found.choice();
    }

    /** Number of logits for an image. */
    public int classes() {
        return info.net().classes();
    }

    /** Rows of the input. */
    public int height() {
        return executable.input().height();
    }

    /** Columns of the input. */
    public int width() {
        return executable.input().width();
    }

    /** Channels of the input: 3. */
    public int channels() {
        return executable.input().channels();
    }

    /**
     * Logits of a batch.
     *
     * @param nchw normalized images, {@code [batch][3][height][width]}, C order; the length decides the batch
     * @return {@code [batch][classes]}
     * @throws IllegalArgumentException when the length is no whole number of images
     * @throws IllegalStateException    when the session is closed
     */
    public float[] run(float[] nchw) {
        int batch = batch(nchw);
        float[] logits = new float[Math.multiplyExact(batch, classes())];
        executable.run(nchw, batch, new float[][]{logits});
        return logits;
    }

    /**
     * Logits and feature maps of a batch. The session has to be compiled for it ({@link Options#withFeatures()}).
     *
     * @param nchw as for {@link #run}
     * @throws IllegalArgumentException when the length is no whole number of images
     * @throws IllegalStateException    when the session is closed, or was compiled without features
     */
    public Features features(float[] nchw) {
        if (strides.isEmpty()) {
            throw new IllegalStateException("the session was compiled without features: Options.withFeatures()");
        }
        int batch = batch(nchw);
        float[][] results = new float[1 + strides.size()][];
        List<Features.Level> maps = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            MapLayout map = executable.outputs().get(i);
            results[i] = new float[Math.multiplyExact(batch, map.pixels() * map.channels())];
            if (i > 0) {
                maps.add(new Features.Level(strides.get(i - 1), map.channels(), map.height(), map.width(), results[i]));
            }
        }
        executable.run(nchw, batch, results);
        return new Features(results[0], List.copyOf(maps));
    }

    /** Shapes of the feature maps, the largest first; none when the session was compiled without features. */
    public List<MapLayout> featureMaps() {
        return executable.outputs().subList(executable.outputs().size() - strides.size(), executable.outputs().size());
    }

    /** How many images these are. */
    private int batch(float[] nchw) {
        int image = channels() * height() * width();
        if (nchw.length == 0 || nchw.length % image != 0) {
            throw new IllegalArgumentException(
                    "an image takes " + image + " floats (" + channels() + "x" + height() + "x" + width()
                            + "); " + nchw.length + " are no whole number of images");
        }
        return nchw.length / image;
    }

    /** What a run does, step by step. */
    public List<PlanStep> steps() {
        return executable.steps();
    }

    /** Multiply-accumulates of one image. */
    public long macs() {
        return steps().stream().mapToLong(PlanStep::macs).sum();
    }

    /** Bytes of the buffers that one image is run in; a batch that keeps all threads busy takes as much for each of them, about. */
    public long workspaceBytes() {
        return executable.workspaceBytes();
    }

    /** Runs one image and takes each step's time: nanoseconds, one for each of {@link #steps()}. */
    public long[] profile(float[] nchw) {
        return executable.profile(nchw);
    }

    @Override
    public void close() {
        executable.close();
    }
}
