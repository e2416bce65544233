package io.github.jvig.model;

import io.github.jvig.model.device.Executable;
import io.github.jvig.model.device.Step;
import java.util.List;

/**
 * A model compiled for one device and one input size, with its threads and buffers. Any number of threads may use a session at a time;
 * results are the same bits for any number of threads. Close it to free its threads.
 */
public final class Session implements AutoCloseable {
    private final String model;
    private final int classes;
    private final Executable executable;

    Session(String model, int classes, Executable executable) {
        this.model = model;
        this.classes = classes;
        this.executable = executable;
    }

    /** Name of the model. */
    public String model() {
        return model;
    }

    /** Number of logits for an image. */
    public int classes() {
        return classes;
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
     * @param nchw normalised images, {@code [batch][3][height][width]}, C order; the length decides the batch
     * @return {@code [batch][classes]}
     * @throws IllegalArgumentException when the length is no whole number of images
     * @throws IllegalStateException    when the session is closed
     */
    public float[] run(float[] nchw) {
        int image = channels() * height() * width();
        if (nchw.length == 0 || nchw.length % image != 0) {
            throw new IllegalArgumentException(
                    "an image takes " + image + " floats (" + channels() + "x" + height() + "x" + width()
                            + "); " + nchw.length + " are no whole number of images");
        }
        int batch = nchw.length / image;
        float[] logits = new float[Math.multiplyExact(batch, classes)];
        executable.run(nchw, batch, new float[][]{logits});
        return logits;
    }

    /** What a run does, step by step. */
    public List<Step> steps() {
        return executable.steps();
    }

    /** Multiply-accumulates of one image. */
    public long macs() {
        return steps().stream().mapToLong(Step::macs).sum();
    }

    /** Bytes of the buffers that one run works in. */
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
