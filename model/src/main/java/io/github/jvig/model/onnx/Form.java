package io.github.jvig.model.onnx;

/** How a value lies in an ONNX file. */
enum Form {
    /** {@code [batch][channels][height][width]}. */
    MAP,
    /** {@code [batch][pixels][channels]}. */
    TOKENS,
    /** {@code [batch][channels]}: what comes behind a pool. */
    FLAT
}
