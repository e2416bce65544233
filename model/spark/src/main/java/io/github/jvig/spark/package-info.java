/**
 * Models on Apache Spark: ML transformers for images and tensors, and the same as functions of Spark SQL.
 *
 * <p>The driver reads a model once and broadcasts it. Each executor compiles it once, and all its tasks share the session.
 */
package io.github.jvig.spark;
