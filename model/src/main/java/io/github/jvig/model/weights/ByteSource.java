package io.github.jvig.model.weights;

import java.io.IOException;
import java.io.InputStream;

/** A run of bytes of a file that can be read from any place. */
interface ByteSource {

    /** Bytes that are really there. */
    long length();

    /** A stream from byte {@code from} on, at most {@link #length}. */
    InputStream open(long from) throws IOException;
}
