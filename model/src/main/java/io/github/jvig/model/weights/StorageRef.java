package io.github.jvig.model.weights;

/**
 * A storage as a checkpoint names it: a flat array of elements that one or more tensors are views of.
 *
 * @param key   its name in the container
 * @param dtype of the elements
 * @param count of the elements
 */
record StorageRef(String key, DType dtype, long count) {

    /** The same bytes with another type of elements. */
    StorageRef as(DType type) {
        return new StorageRef(key, type, count * dtype.bytes() / type.bytes());
    }

    long bytes() {
        return count * dtype.bytes();
    }
}
