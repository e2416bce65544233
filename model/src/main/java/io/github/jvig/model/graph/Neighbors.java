package io.github.jvig.model.graph;

/** The graph around a pixel. */
public enum Neighbors {
    /** Every k-th pixel of its row and of its column: Sparse Vision Graph Attention, MobileViG. */
    EVERY_KTH,
    /** The four pixels k away up, down, left and right: Mobile Graph Convolution, MobileViGv2. */
    CROSS
}
