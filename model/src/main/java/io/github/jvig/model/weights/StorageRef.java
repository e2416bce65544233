package io.github.jvig.model.weights;

/**
 * A storage as a checkpoint names it: a flat run of elements that one or more tensors look into.
 *
 * @param key   its name in the container
 * @param count elements
 */
record StorageRef(String key, DType dtype, long count) {}
