package io.github.jvig.model.onnx.lowering;

/**
 * An operator needs a value that is not known when its net is compiled, such as the size of what it gives. It runs later, once what is before it
 * has run: see {@link Remainder}.
 */
final class NotKnown extends UnsupportedOperationException {
    private static final long serialVersionUID = 1;

    NotKnown(String reason) {
        super(reason);
    }
}
