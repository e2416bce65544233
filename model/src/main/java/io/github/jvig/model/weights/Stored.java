package io.github.jvig.model.weights;

/**
 * The bytes of a storage.
 *
 * @param bytes all that is there
 * @param crc   the CRC-32 of all of them, or {@link #NO_CHECKSUM}
 * @param what  names them in messages
 */
record Stored(ByteRange bytes, long crc, String what) {
    static final long NO_CHECKSUM = -1;

    static Stored unchecked(ByteRange bytes) {
        return new Stored(bytes, NO_CHECKSUM, "");
    }
}
