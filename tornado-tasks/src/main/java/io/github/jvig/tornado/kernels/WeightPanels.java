package io.github.jvig.tornado.kernels;

/** Packs weights as the kernels read them: for each vector of sixteen channels its biases, then a vector of weights for each tap. */
final class WeightPanels {
    /** Where a weight comes from. */
    interface Source {
        float at(int channel, int tap);
    }

    private WeightPanels() {
    }

    /**
     * @param taps what a channel of the output has weights for
     * @param bias one for each channel, or null for zero
     * @return panels whose lanes behind the last channel are zero
     */
    static float[] pack(int channels, int taps, float[] bias, Source source) {
        int vectors = (channels + VectorTasks.WIDTH - 1) / VectorTasks.WIDTH;
        float[] packed = new float[Math.multiplyExact(Math.multiplyExact(vectors, VectorTasks.WIDTH), taps + 1)];
        for (int c = 0; c < channels; c++) {
            int at = c / VectorTasks.WIDTH * (taps + 1) * VectorTasks.WIDTH + c % VectorTasks.WIDTH;
            packed[at] = bias == null ? 0 : bias[c];
            for (int t = 0; t < taps; t++) {
                packed[at + (t + 1) * VectorTasks.WIDTH] = source.at(c, t);
            }
        }
        return packed;
    }
}
