package io.github.jvig.model.weights;

/**
 * Stands for a Python object that weights have no use for, such as the {@code argparse.Namespace} of a training run.
 * What the pickle would put into it is read past.
 *
 * @param type the class, for messages
 */
record IgnoredObject(PythonName type) {}
