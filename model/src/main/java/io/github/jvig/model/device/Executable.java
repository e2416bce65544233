package io.github.jvig.model.device;

import io.github.jvig.kernels.MapLayout;
import java.util.List;

/** A graph compiled for one device and one input size. Any number of threads may run it at a time. */
public interface Executable extends AutoCloseable {
    /** {@return the shape of one input image} */
    MapLayout input();

    /** {@return the shape of each output for one image, in the graph's order} */
    List<MapLayout> outputs();

    /** {@return what a run does, step by step} */
    List<PlanStep> steps();

    /**
     * Bytes of the buffers that one image is run in, its threads' private space included; a batch whose images are run side by side takes
     * about as much for each thread.
     *
     * @return bytes
     */
    long workspaceBytes();

    /**
     * Runs a batch.
     *
     * @param nchw    {@code [batch][channels][height][width]}, C order
     * @param batch   number of images, at least 1
     * @param results for each output an array of {@code [batch][channels][height][width]}
     * @throws IllegalStateException after {@link #close()}
     */
    void run(float[] nchw, int batch, float[][] results);

    /**
     * Runs one image step by step and takes each step's time.
     *
     * @param nchw one image, {@code [channels][height][width]}, C order
     * @return nanoseconds of each of {@link #steps()}
     */
    long[] profile(float[] nchw);

    /**
     * Runs a batch and takes where its time goes. A device that has nothing but {@link #profile(float[])} takes single images.
     *
     * @param nchw  {@code [batch][channels][height][width]}, C order
     * @param batch number of images, at least 1
     * @return the times of one run
     * @throws UnsupportedOperationException when the device can't take the times of such a batch
     */
    default RunTimes profile(float[] nchw, int batch) {
        if (batch != 1) {
            throw new UnsupportedOperationException("this device takes the times of single images only");
        }
        return new RunTimes(profile(nchw), 0, 0);
    }

    /** Frees threads and buffers; closing again does nothing. A run that is under way ends well. */
    @Override
    void close();
}
