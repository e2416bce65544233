package io.github.jvig.model.fuzz;

import java.io.IOException;
import java.util.List;

/** A format that the fuzzer knows: whole files to begin with, and a reader. */
public interface FuzzFormat {
    /** The name on the command line. */
    String name();

    /** Whole files, each of a few KB. */
    List<byte[]> seeds() throws IOException;

    /**
     * Reads a damaged file.
     *
     * @return whether it was read; false when it was refused as documented
     * @throws Exception for every other outcome, which is a fault
     */
    boolean read(byte[] bytes) throws Exception;

    /**
     * Bytes that reading a file may allocate at most.
     *
     * @param length bytes of the file
     */
    default long maxAllocation(int length) {
        return (8 << 20) + 128L * length;
    }
}
