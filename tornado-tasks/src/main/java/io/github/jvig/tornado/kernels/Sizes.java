package io.github.jvig.tornado.kernels;

import io.github.jvig.kernels.AttentionHeads;
import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.Partition;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The numbers of a layer, for kernels that read them from memory: the number of images, the work items per image, the offsets of
 * {@link BufferOffsets}, and from {@link #OWN} on those of the kernel. The kernel's class writes and reads the latter. Because nothing about
 * a layer is a constant of such a kernel, one program or circuit computes all layers of an operation.
 *
 * <p>A method that is a kernel must not have the name of an OpenCL function, such as {@code mix}: its program does not compile.
 */
public final class Sizes {
    static final int IMAGES = 0;
    static final int ITEMS = 1;
    static final int IMAGE = 2;
    static final int OUT = 3;
    static final int OUT_STEP = 4;
    static final int SCRATCH = 5;
    static final int WEIGHT = 6;
    static final int OWN = 7;
    /** Numbers of a partition. */
    static final int PARTITION = 6;

    private Sizes() {
    }

    /**
     * The numbers of a layer.
     *
     * @param images number of images
     * @param items  work items per image
     * @param own    the kernel's own numbers
     */
    public static IntArray of(int images, int items, BufferOffsets at, int... own) {
        int[] first = {images, items, at.image(), at.out(), at.outStep(), at.scratch(), at.weight()};
        IntArray all = new IntArray(OWN + own.length);
        for (int i = 0; i < OWN; i++) {
            all.set(i, first[i]);
        }
        for (int i = 0; i < own.length; i++) {
            all.set(OWN + i, own[i]);
        }
        return all;
    }

    /**
     * Of queries, keys and values in turn: the offset of head 0, floats from one pixel to the next, channels from one head to the next.
     *
     * @param maps shapes of the inputs
     */
    static int[] heads(AttentionHeads heads, List<MapLayout> maps, BufferOffsets at) {
        return joined(place(heads.query(), maps, at), place(heads.key(), maps, at), place(heads.value(), maps, at));
    }

    private static int[] place(AttentionHeads.Place place, List<MapLayout> maps, BufferOffsets at) {
        return new int[]{at.inputs().get(place.input()) + place.first(), maps.get(place.input()).stride(),
                place.step()};
    }

    /** Where the pixels of a partition's windows lie, for {@link #pixel}. */
    static int[] partition(Partition partition, MapLayout map) {
        int width = partition.windowWidth(map);
        int windows = partition.windows(map);
        int across = map.width() / width;
        int[] pixels = partition.pixels(map);
        return new int[]{width, pixels.length > width ? pixels[width] : 0, width > 1 ? pixels[1] : 0, across,
                windows > across ? partition.firstPixel(map, across) : 0,
                across > 1 ? partition.firstPixel(map, 1) : 0};
    }

    /** Number of pixel {@code i} of a window among the pixels of the map; the numbers of the partition start at {@code at}. */
    static int pixel(IntArray sizes, int at, int window, int i) {
        int width = sizes.get(at);
        int across = sizes.get(at + 3);
        return window / across * sizes.get(at + 4) + window % across * sizes.get(at + 5)
                + i / width * sizes.get(at + 1) + i % width * sizes.get(at + 2);
    }

    /** One list of numbers from several. */
    static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
