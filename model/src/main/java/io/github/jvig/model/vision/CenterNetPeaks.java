package io.github.jvig.model.vision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads boxes from CenterNet's maps (<a href="https://arxiv.org/abs/1904.07850">Zhou et al. 2019</a>): an object is a peak in the heat map
 * of its class, that is a cell that no one of its eight neighbors exceeds. No other suppression is needed.
 */
public final class CenterNetPeaks {
    private CenterNetPeaks() {
    }

    /**
     * The peaks of one image.
     *
     * @param heat     {@code [classes][height][width]}, scores of 0 to 1
     * @param sizes    {@code [2][height][width]}, widths and heights of boxes, in cells
     * @param offsets  {@code [2][height][width]}, how far the middle lies right of and below the corner of its cell, in cells; null for none
     * @param height   rows of the maps
     * @param width    columns of the maps
     * @param stride   pixels of the input for a cell, 4 in the paper
     * @param maxCount how many peaks at most are taken, the highest of all classes; at least 1
     * @param minScore peaks above it are returned
     * @param labels   name the classes; their number must be the heat map's
     * @return the boxes in pixels of the input, the best first, of equal scores the first in the heat map
     * @throws IllegalArgumentException when the maps are not of these sizes
     */
    public static List<Detection> decode(float[] heat, float[] sizes, float[] offsets, int height, int width,
            int stride, int maxCount, double minScore, Labels labels) {
        int cells = height * width;
        if (heat.length != (long) labels.size() * cells || sizes.length != 2L * cells
                || offsets != null && offsets.length != 2L * cells) {
            throw new IllegalArgumentException("maps of " + height + "x" + width + " cells and " + labels.size()
                    + " classes need " + (long) labels.size() * cells + " and " + 2L * cells + " numbers, not "
                    + heat.length + " and " + sizes.length
                    + (offsets == null ? "" : " and " + offsets.length));
        }
        List<Integer> peaks = new ArrayList<>();
        for (int i = 0; i < heat.length; i++) {
            if (heat[i] > minScore && isPeak(heat, i, height, width)) {
                peaks.add(i);
            }
        }
        // Stable, so equal peaks stay in the map's order.
        peaks.sort(Comparator.comparingDouble((Integer i) -> heat[i]).reversed());
        List<Detection> boxes = new ArrayList<>();
        for (int i : peaks.subList(0, Math.min(maxCount, peaks.size()))) {
            int cell = i % cells;
            double x = cell % width + (offsets == null ? 0.5 : offsets[cell]);
            double y = cell / width + (offsets == null ? 0.5 : offsets[cells + cell]);
            boxes.add(Detection.centered(labels, i / cells, heat[i], x * stride, y * stride, sizes[cell] * stride,
                    sizes[cells + cell] * stride));
        }
        return boxes;
    }

    private static boolean isPeak(float[] heat, int i, int height, int width) {
        int x = i % width;
        int y = i / width % height;
        for (int dy = y == 0 ? 0 : -1; dy <= (y == height - 1 ? 0 : 1); dy++) {
            for (int dx = x == 0 ? 0 : -1; dx <= (x == width - 1 ? 0 : 1); dx++) {
                if (heat[i + dy * width + dx] > heat[i]) {
                    return false;
                }
            }
        }
        return true;
    }
}
