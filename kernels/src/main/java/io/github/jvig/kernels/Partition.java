package io.github.jvig.kernels;

import java.util.Objects;

/**
 * How the pixels of a map are divided among windows, each of which has attention of its own. Every pixel is in one window, and all windows
 * have the same number of pixels. Windows are counted in raster order of their first pixels, the pixels of a window in raster order.
 *
 * <p>A map that the windows do not divide is refused. Nets that pad such a map pad it before the queries and keys are computed, so that the
 * padded pixels take part; a graph has to do the same.
 *
 * @param kind    which pixels make a window
 * @param rows    rows of a window, or of a patch for {@link Kind#SAME_PLACE}; 1 for {@link Kind#WHOLE}, where it means nothing
 * @param columns columns, likewise
 */
public record Partition(Kind kind, int rows, int columns) {
    /** All pixels of the map in one window. */
    public static final Partition WHOLE = new Partition(Kind.WHOLE, 1, 1);

    /** Which pixels make a window. */
    public enum Kind {
        /** All pixels of the map. */
        WHOLE,
        /** Neighbors: {@code rows x columns} adjacent pixels (Swin, Liu et al., arXiv 2103.14030). */
        BLOCKS,
        /**
         * {@code rows x columns} pixels that are spread evenly over the map, height / rows and width / columns apart (the remote windows of
         * EMOv2, Zhang et al., arXiv 2412.06674).
         */
        SPREAD,
        /**
         * The pixels that have the same place in their patch of {@code rows x columns} pixels; as many windows as a patch has pixels
         * (MobileViT, Mehta and Rastegari, arXiv 2110.02178).
         */
        SAME_PLACE
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a side is below 1, or not 1 where it means nothing
     */
    public Partition {
        Objects.requireNonNull(kind, "kind");
        if (rows < 1 || columns < 1 || kind == Kind.WHOLE && (rows > 1 || columns > 1)) {
            throw new IllegalArgumentException("windows " + kind + " can't be of " + rows + "x" + columns + " pixels");
        }
    }

    /**
     * Windows of adjacent pixels.
     *
     * @param rows    rows of a window
     * @param columns columns of a window
     * @return the partition
     */
    public static Partition blocks(int rows, int columns) {
        return new Partition(Kind.BLOCKS, rows, columns);
    }

    /**
     * Windows whose pixels are spread evenly over the map.
     *
     * @param rows    rows of a window
     * @param columns columns of a window
     * @return the partition
     */
    public static Partition spread(int rows, int columns) {
        return new Partition(Kind.SPREAD, rows, columns);
    }

    /**
     * Windows of the pixels that have the same place in their patch.
     *
     * @param rows    rows of a patch
     * @param columns columns of a patch
     * @return the partition
     */
    public static Partition samePlace(int rows, int columns) {
        return new Partition(Kind.SAME_PLACE, rows, columns);
    }

    /**
     * Refuses a map that can't be divided so.
     *
     * @param map the map
     * @throws IllegalArgumentException when its height is no multiple of the rows, or its width none of the columns
     */
    public void check(MapLayout map) {
        if (map.height() % rows != 0 || map.width() % columns != 0) {
            throw new IllegalArgumentException("a map of " + map.height() + "x" + map.width()
                    + " pixels can't be divided into " + (kind == Kind.SAME_PLACE ? "patches" : "windows") + " of "
                    + rows + "x" + columns);
        }
    }

    /**
     * Rows of pixels of a window.
     *
     * @param map a map that can be divided so
     * @return the number of rows
     */
    public int windowHeight(MapLayout map) {
        return windowSide(map.height(), rows);
    }

    /**
     * Columns of pixels of a window.
     *
     * @param map a map that can be divided so
     * @return the number of columns
     */
    public int windowWidth(MapLayout map) {
        return windowSide(map.width(), columns);
    }

    private int windowSide(int size, int side) {
        return switch (kind) {
            case WHOLE -> size;
            case BLOCKS, SPREAD -> side;
            case SAME_PLACE -> size / side;
        };
    }

    /**
     * Pixels of a window.
     *
     * @param map a map that can be divided so
     * @return the number of pixels
     */
    public int windowPixels(MapLayout map) {
        return windowHeight(map) * windowWidth(map);
    }

    /**
     * Number of windows.
     *
     * @param map a map that can be divided so
     * @return the number of windows, at least 1
     */
    public int windows(MapLayout map) {
        return map.pixels() / windowPixels(map);
    }

    /**
     * Where a window starts.
     *
     * @param map    a map that can be divided so
     * @param window number of the window
     * @return number of its first pixel in raster order
     */
    public int firstPixel(MapLayout map, int window) {
        int across = map.width() / windowWidth(map);
        int apartDown = kind == Kind.BLOCKS ? rows : 1;
        int apartAcross = kind == Kind.BLOCKS ? columns : 1;
        return window / across * apartDown * map.width() + window % across * apartAcross;
    }

    /**
     * Where the pixels of any window lie.
     *
     * @param map a map that can be divided so
     * @return for each pixel of a window, in order, how many pixels of the map it comes after the window's first; a new array
     */
    public int[] pixels(MapLayout map) {
        int width = windowWidth(map);
        int down = kind == Kind.BLOCKS ? 1 : map.height() / windowHeight(map);
        int across = kind == Kind.BLOCKS ? 1 : map.width() / width;
        int[] result = new int[windowPixels(map)];
        for (int i = 0; i < result.length; i++) {
            result[i] = i / width * down * map.width() + i % width * across;
        }
        return result;
    }

    /** Empty for the whole map; otherwise such as {@code "7x7 blocks"}. */
    @Override
    public String toString() {
        return switch (kind) {
            case WHOLE -> "";
            case BLOCKS -> rows + "x" + columns + " blocks";
            case SPREAD -> rows + "x" + columns + " spread";
            case SAME_PLACE -> "same place of " + rows + "x" + columns;
        };
    }
}
