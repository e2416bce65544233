package io.github.jvig.model;

import java.util.List;

/**
 * What a net makes of a batch on its way to the logits: the maps behind its stages, which detectors and segmenters read.
 *
 * @param logits {@code [batch][classes]}
 * @param maps   the largest first; the published nets have four, at strides 4, 8, 16 and 32
 */
public record Features(float[] logits, List<Level> maps) {
    /**
     * The maps behind one stage.
     *
     * @param stride   pixels of the image along one side for a pixel of the map
     * @param channels of a map
     * @param height   of a map
     * @param width    of a map
     * @param values   {@code [batch][channels][height][width]}, C order
     */
    public record Level(int stride, int channels, int height, int width, float[] values) {}
}
