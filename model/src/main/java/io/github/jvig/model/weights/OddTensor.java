package io.github.jvig.model.weights;

/**
 * A tensor that is there and is not read: sparse, quantized, complex, and the like. It matters only to a net that asks for it by name.
 *
 * @param what the kind of tensor, as the end of a sentence that begins with its name
 */
record OddTensor(String what) {
    static OddTensor of(DType type) {
        return new OddTensor("holds " + type.torchName() + " values, which are not read as weights");
    }
}
