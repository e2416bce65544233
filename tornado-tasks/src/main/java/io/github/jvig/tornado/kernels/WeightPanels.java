package io.github.jvig.tornado.kernels;

/** Packs weights as the kernels read them: for each vector of 16 channels its biases, then a vector of weights for each tap. */
final class WeightPanels {
    /** Returns the weight of a channel and tap. */
    interface Source {
        float at(int channel, int tap);
    }

    private WeightPanels() {
    }

    /**
     * @param taps weights per output channel
     * @param bias bias of each channel, or null for zeros
     * @return the panels; lanes beyond the last channel are zero
     */
    static float[] pack(int channels, int taps, float[] bias, Source source) {
        int vectors = (channels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        float[] packed = new float[Math.multiplyExact(Math.multiplyExact(vectors, VectorTasks.WIDTH), taps + 1)];
        for (int c = 0; c < channels; c++) {
            int offset = c / VectorTasks.WIDTH * (taps + 1) * VectorTasks.WIDTH + c % VectorTasks.WIDTH;
            packed[offset] = bias == null ? 0 : bias[c];
            for (int t = 0; t < taps; t++) {
                packed[offset + (t + 1) * VectorTasks.WIDTH] = source.at(c, t);
            }
        }
        return packed;
    }
}
