package io.github.jvig.model.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The entropy-coded data of one scan (ITU-T T.81, annexes F.2 and G.2; Huffman codes). What is damaged so that pixels would be made up is
 * refused: unknown codes, coefficients outside their block, segments that end before their blocks.
 */
final class JpegScan {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** Zero bytes behind the data, so that a block can be read without a look at the end. */
    private static final int PADDING = 512;
    /** Some encoders leave a few bytes behind the last block. */
    private static final int MAX_REST = 64;
    private static final byte[] NATURAL_ORDER = {0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33,
            40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44,
            51,
            58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

    /** The scan's data without stuffed zeros and restart markers, with room behind it. */
    private final byte[] data;
    /** Where each segment between restart markers ends. */
    private final int[] ends;
    private int segment;

    /** The next bits, the first one highest; how many of them count; the offset of the next byte. */
    private long bits;
    private int count;
    private int position;

    private final short[] block = new short[64];
    private final JpegIdct idct = new JpegIdct();
    private int endOfBandRun;

    /** The limits of a progressive scan. */
    private final int first;
    private final int last;
    private final int high;
    private final int low;

    /**
     * @param file with the entropy-coded data from {@code start} to {@code end}, where a marker is
     * @param spectral first and last coefficient, successive approximation high and low, as in the scan's header
     */
    JpegScan(byte[] file, int start, int end, int[] spectral) {
        first = spectral[0];
        last = spectral[1];
        high = spectral[2];
        low = spectral[3];
        byte[] plain = new byte[end - start + PADDING];
        int[] segmentEnds = new int[8];
        int segments = 0;
        int to = 0;
        for (int from = start; from < end; from++) {
            byte b = file[from];
            plain[to] = b;
            if (b != -1) {
                to++;
                continue;
            }
            int code = from + 1 < end ? file[from + 1] & 0xff : 0xff;
            if (code == 0) {
                to++;
                from++;
            } else if (code != 0xff) {
                if (code != 0xd0 + (segments & 7)) {
                    throw new IllegalArgumentException("restart marker " + (code & 7) + " is out of order");
                }
                if (segments + 1 == segmentEnds.length) {
                    segmentEnds = Arrays.copyOf(segmentEnds, 2 * segmentEnds.length);
                }
                segmentEnds[segments++] = to;
                from++;
            }
        }
        segmentEnds[segments++] = to;
        Arrays.fill(plain, to, plain.length, (byte) 0);
        data = plain;
        ends = Arrays.copyOf(segmentEnds, segments);
    }

    /** Where in a block, row by row, the coefficient is that comes as the i-th in a file. */
    static int naturalOrder(int i) {
        return NATURAL_ORDER[i];
    }

    /** Decodes all blocks of the scan. */
    void decode(JpegComponent[] components, JpegHuffman[] dc, JpegHuffman[] ac, boolean progressive,
            int restartInterval,
            int mcusAcross, int mcusDown) {
        boolean interleaved = components.length > 1;
        int wide = interleaved ? mcusAcross : components[0].blocksWide;
        int tall = interleaved ? mcusDown : components[0].blocksHigh;
        int untilRestart = restartInterval == 0 ? Integer.MAX_VALUE : restartInterval;
        restart(components);
        for (int row = 0; row < tall; row++) {
            for (int column = 0; column < wide; column++) {
                if (untilRestart-- == 0) {
                    checkSegment();
                    segment++;
                    if (segment == ends.length) {
                        throw new IllegalArgumentException("a restart marker is missing");
                    }
                    position = ends[segment - 1];
                    restart(components);
                    untilRestart = restartInterval - 1;
                }
                for (int c = 0; c < components.length; c++) {
                    JpegComponent component = components[c];
                    int across = interleaved ? component.across : 1;
                    int down = interleaved ? component.down : 1;
                    for (int y = 0; y < down; y++) {
                        for (int x = 0; x < across; x++) {
                            block(component, column * across + x, row * down + y, dc[c], ac[c], progressive);
                        }
                    }
                }
            }
        }
        checkSegment();
    }

    private void restart(JpegComponent[] components) {
        bits = 0;
        count = 0;
        endOfBandRun = 0;
        for (JpegComponent component : components) {
            component.dcPrediction = 0;
        }
    }

    /** Refuses a segment that is shorter than its blocks, or much longer: after damage, codes rarely end where they should. */
    private void checkSegment() {
        checkEnd();
        if (ends[segment] - (position - count / 8) > MAX_REST || endOfBandRun > 0) {
            throw new IllegalArgumentException("the coded data go on where the image ends");
        }
    }

    /** Refuses when more bits were taken than the segment has. */
    private void checkEnd() {
        if (8L * position - count > 8L * ends[segment]) {
            throw new IllegalArgumentException("the coded data end before the image does");
        }
    }

    private void block(JpegComponent component, int column, int row, JpegHuffman dc, JpegHuffman ac,
            boolean progressive) {
        if (position > ends[segment] + 8) {
            checkEnd();
        }
        if (!progressive) {
            int offset = 8 * (row * component.stride + column);
            if (sequential(component, dc, ac)) {
                idct.full(block, component.quantization, component.samples, offset, component.stride);
                Arrays.fill(block, (short) 0);
            } else {
                JpegIdct.flat(block[0] * component.quantization[0], component.samples, offset, component.stride);
            }
            return;
        }
        short[] coefficients = component.coefficients;
        int offset = 64 * (row * component.blocksPerRow + column);
        if (first == 0) {
            if (high == 0) {
                component.dcPrediction += difference(dc);
                coefficients[offset] = (short) (component.dcPrediction << low);
            } else if (take(1) != 0) {
                coefficients[offset] |= (short) (1 << low);
            }
        } else if (high == 0) {
            firstAc(coefficients, offset, ac);
        } else {
            refineAc(coefficients, offset, ac);
        }
    }

    /** At least 32 bits afterwards. */
    private void refill() {
        if (count < 32) {
            bits |= (long) LONGS.get(data, position) >>> count;
            int bytes = 63 - count >> 3;
            position += bytes;
            count += 8 * bytes;
        }
    }

    private int take(int n) {
        refill();
        int value = (int) (bits >>> 64 - n);
        bits <<= n;
        count -= n;
        return value;
    }

    private int symbol(JpegHuffman table) {
        refill();
        int entry = table.look[(int) (bits >>> 64 - JpegHuffman.LOOK_AHEAD)];
        if (entry == 0) {
            entry = longCode(table, (int) (bits >>> 48));
        }
        int length = entry & 31;
        bits <<= length;
        count -= length;
        return entry >> 8 & 0xff;
    }

    private static int longCode(JpegHuffman table, int sixteen) {
        int entry = table.longCode(sixteen);
        if (entry == 0) {
            throw new IllegalArgumentException("unknown Huffman code");
        }
        return entry;
    }

    private int difference(JpegHuffman dc) {
        int size = symbol(dc);
        if (size > 15) {
            throw new IllegalArgumentException("a DC coefficient of " + size + " bits");
        }
        return size == 0 ? 0 : JpegHuffman.extend(take(size), size);
    }

    /** Reads a block of all coefficients; gives whether there are others than the first one. */
    private boolean sequential(JpegComponent component, JpegHuffman dc, JpegHuffman ac) {
        component.dcPrediction += difference(dc);
        short[] out = block;
        out[0] = (short) component.dcPrediction;
        // Fields are copied, since the loop is most of a JPEG's time.
        int[] look = ac.coefficients;
        long next = bits;
        int left = count;
        int at = position;
        boolean any = false;
        int k = 1;
        while (k < 64) {
            if (left < 32) {
                next |= (long) LONGS.get(data, at) >>> left;
                int bytes = 63 - left >> 3;
                at += bytes;
                left += 8 * bytes;
            }
            int entry = look[(int) (next >>> 64 - JpegHuffman.LOOK_AHEAD)];
            if (entry == 0) {
                entry = longCode(ac, (int) (next >>> 48));
            }
            int length = entry & 31;
            int value;
            if ((entry & JpegHuffman.WHOLE) != 0) {
                k += entry >> 8 & 15;
                value = entry >> 16;
                next <<= length;
                left -= length;
            } else {
                int size = entry >> 8 & 15;
                int run = entry >> 12 & 15;
                next <<= length;
                left -= length;
                if (size == 0) {
                    if (run != 15) {
                        break;
                    }
                    k += 16;
                    continue;
                }
                k += run;
                value = JpegHuffman.extend((int) (next >>> 64 - size), size);
                next <<= size;
                left -= size;
            }
            if (k > 63) {
                throw new IllegalArgumentException("a coefficient is outside its block");
            }
            out[NATURAL_ORDER[k++]] = (short) value;
            any = true;
        }
        bits = next;
        count = left;
        position = at;
        return any;
    }

    private void firstAc(short[] coefficients, int offset, JpegHuffman ac) {
        if (endOfBandRun > 0) {
            endOfBandRun--;
            return;
        }
        for (int k = first; k <= last; k++) {
            int symbol = symbol(ac);
            int run = symbol >> 4;
            int size = symbol & 15;
            if (size == 0) {
                if (run != 15) {
                    endOfBandRun = (1 << run) - 1 + (run == 0 ? 0 : take(run));
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > last) {
                throw new IllegalArgumentException("a coefficient is outside its band");
            }
            coefficients[offset + NATURAL_ORDER[k]] = (short) (JpegHuffman.extend(take(size), size) << low);
        }
    }

    private void refineAc(short[] coefficients, int offset, JpegHuffman ac) {
        int k = first;
        if (endOfBandRun == 0) {
            for (; k <= last; k++) {
                int symbol = symbol(ac);
                int run = symbol >> 4;
                int value = 0;
                if ((symbol & 15) != 0) {
                    if ((symbol & 15) != 1) {
                        throw new IllegalArgumentException("a refined coefficient has more than one bit");
                    }
                    value = take(1) != 0 ? 1 << low : -1 << low;
                } else if (run != 15) {
                    endOfBandRun = (1 << run) + (run == 0 ? 0 : take(run));
                    break;
                }
                // Passes the run of coefficients that are still zero, and refines the others.
                for (; k <= last; k++) {
                    int at = offset + NATURAL_ORDER[k];
                    if (coefficients[at] != 0) {
                        refine(coefficients, at);
                    } else if (run-- == 0) {
                        break;
                    }
                }
                if (value != 0) {
                    if (k > last) {
                        throw new IllegalArgumentException("a coefficient is outside its band");
                    }
                    coefficients[offset + NATURAL_ORDER[k]] = (short) value;
                }
            }
        }
        if (endOfBandRun > 0) {
            for (; k <= last; k++) {
                int at = offset + NATURAL_ORDER[k];
                if (coefficients[at] != 0) {
                    refine(coefficients, at);
                }
            }
            endOfBandRun--;
        }
    }

    private void refine(short[] coefficients, int at) {
        if (take(1) != 0 && (coefficients[at] & 1 << low) == 0) {
            coefficients[at] += (short) (coefficients[at] < 0 ? -1 << low : 1 << low);
        }
    }
}
