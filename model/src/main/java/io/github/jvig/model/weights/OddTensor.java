package io.github.jvig.model.weights;

/**
 * A tensor that is there and is not read: sparse, quantized, complex, and the like. It matters only to a net that asks for it by name.
 *
 * @param what    the kind of tensor, as the end of a sentence that begins with its name
 * @param isArray whether it is a NumPy array; a dict of these is no state dict
 */
record OddTensor(String what, boolean isArray) {
    static final OddTensor ARRAY = new OddTensor("is a NumPy array; save it as a tensor, by torch.from_numpy()", true);

    OddTensor(String what) {
        this(what, false);
    }

    static OddTensor of(DType type) {
        return new OddTensor("holds " + type.torchName() + " values, which are not read as weights");
    }
}
