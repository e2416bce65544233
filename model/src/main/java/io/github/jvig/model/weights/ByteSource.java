package io.github.jvig.model.weights;

import java.io.IOException;
import java.io.InputStream;

/** Bytes of a file that can be read from any offset. */
interface ByteSource {

    /** The number of bytes that are really there. */
    long length();

    /** A stream from byte {@code start}, at most {@link #length}, to the end. */
    InputStream open(long start) throws IOException;
}
