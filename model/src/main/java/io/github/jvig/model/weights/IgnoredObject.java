package io.github.jvig.model.weights;

/**
 * Stands for a Python object that is not part of the weights, such as the {@code argparse.Namespace} of a training run.
 * What the pickle would put into it is ignored.
 *
 * @param type the class, for messages
 */
record IgnoredObject(PythonName type) {}
